import type { KafkaApi } from "../kafka-api.ts";
import { produce } from "./00-produce.ts";
import { fetch } from "./01-fetch.ts";
import { listOffsets } from "./02-list-offsets.ts";
import { apiVersionsOf } from "./18-api-versions.ts";
import { deleteRecords } from "./21-delete-records.ts";
import { offsetForLeaderEpoch } from "./23-offset-for-leader-epoch.ts";

/** Every API that the broker listener serves, by key. ApiVersions says what stands here. */
export const allApis: readonly KafkaApi[] = [
  produce,
  fetch,
  listOffsets,
  apiVersionsOf(() => allApis),
  deleteRecords,
  offsetForLeaderEpoch,
];

export const apisByKey: ReadonlyMap<number, KafkaApi> = new Map(allApis.map((api) => [api.message.key, api]));
