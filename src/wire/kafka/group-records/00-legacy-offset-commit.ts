import { coordinatorRecord } from "../coordinator-record.ts";
import { int32, int64, string, struct } from "../schema.ts";

/** Written before Kafka 0.9 only; still read. */
export const LegacyOffsetCommit = coordinatorRecord({
  type: 0,
  name: "LegacyOffsetCommit",
  versions: [0, 0],
  flexibleSince: "never",
  key: struct({
    group: string,
    topic: string,
    partition: int32,
  }),
  value: struct({
    offset: int64,
    metadata: string,
    commitTimestamp: int64,
  }),
});
