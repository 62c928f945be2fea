import type { Broker } from "../broker/broker.ts";
import type { PartitionRead } from "../broker/read-partitions.ts";
import { errorCode } from "../tables/errors.ts";
import { Fetch } from "../wire/kafka/messages/01-fetch.ts";

/** Counts what the answer to a Fetch carries, once it is sure to be the answer. */
export function countReads({ partitions, requests }: Broker, reads: readonly PartitionRead[]): void {
  for (const { request, error, recordsBytes } of reads) {
    if (error !== null) requests.of(Fetch).countError(errorCode(error));
    else if (recordsBytes > 0) partitions.traffic.of(request.topic).sentBytes += recordsBytes;
  }
}
