import type { ClusterClient } from "../client/network/cluster-client.ts";
import { EARLIEST, LATEST, listOffset } from "../client/consumer/list-offsets.ts";
import type { OffsetPlace } from "./offset-place.ts";

interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** The offset of a place in one partition. A time after the last record, like `end`, is the end of the log. */
export async function resolvePlace(
  client: ClusterClient,
  partition: Partition,
  place: Exclude<OffsetPlace, { kind: "stored" }>,
): Promise<number> {
  const at = async (timestamp: number): Promise<number> =>
    (await listOffset(client, { ...partition, timestamp })).offset;
  if (place.kind === "offset") return place.offset;
  if (place.kind === "beforeEnd") return Math.max(await at(EARLIEST), (await at(LATEST)) - place.records);
  const found = await at(place.timestamp);
  return found >= 0 ? found : await at(LATEST);
}
