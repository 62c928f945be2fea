import type { KafkaApi } from "../kafka-api.ts";
import { produce } from "./00-produce.ts";
import { fetch } from "./01-fetch.ts";
import { listOffsets } from "./02-list-offsets.ts";
import { offsetCommit } from "./08-offset-commit.ts";
import { offsetFetch } from "./09-offset-fetch.ts";
import { findCoordinator } from "./10-find-coordinator.ts";
import { joinGroup } from "./11-join-group.ts";
import { heartbeat } from "./12-heartbeat.ts";
import { leaveGroup } from "./13-leave-group.ts";
import { syncGroup } from "./14-sync-group.ts";
import { describeGroups } from "./15-describe-groups.ts";
import { listGroups } from "./16-list-groups.ts";
import { saslAuthenticate, saslHandshake } from "./17-sasl.ts";
import { deleteRecords } from "./21-delete-records.ts";
import { offsetForLeaderEpoch } from "./23-offset-for-leader-epoch.ts";
import { deleteGroups } from "./42-delete-groups.ts";
import { offsetDelete } from "./47-offset-delete.ts";
import { apiVersionsOf } from "./18-api-versions.ts";
import { clusterApis } from "./cluster-apis.ts";

/** Every API that the broker listener serves. ApiVersions says what stands here. */
export const allApis: readonly KafkaApi[] = [
  apiVersionsOf(() => allApis),
  produce,
  fetch,
  listOffsets,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  saslAuthenticate,
  deleteRecords,
  offsetForLeaderEpoch,
  deleteGroups,
  offsetDelete,
  ...clusterApis,
];

/** By API key. */
export const apisByKey: ReadonlyMap<number, KafkaApi> = new Map(allApis.map((api) => [api.message.key, api]));
