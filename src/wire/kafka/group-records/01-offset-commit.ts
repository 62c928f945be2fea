import { coordinatorRecord } from "../coordinator-record.ts";
import { between, int32, int64, since, string, struct, tagged, uuid } from "../schema.ts";

/**
 * v1: may expire by a time of its own. v3: leader epochs (KIP-320). v4: flexible, topic ids. Kafka writes
 * v3.
 */
export const OffsetCommit = coordinatorRecord({
  type: 1,
  name: "OffsetCommit",
  versions: [0, 4],
  flexibleSince: 4,
  key: struct({
    group: string,
    topic: string,
    partition: int32,
  }),
  value: struct({
    offset: int64,
    leaderEpoch: since(3, int32, -1),
    metadata: string,
    commitTimestamp: int64,
    expireTimestamp: between([1, 1], int64, -1),
    topicId: tagged(0, 4, uuid),
  }),
});
