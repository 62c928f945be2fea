import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  since,
  string,
  struct,
  until,
  uuid,
} from "../schema.ts";

/**
 * v5: retention is the broker's alone. v6: leader epochs (KIP-320). v7: static members (KIP-345).
 * v8: flexible. v9: member epochs (KIP-848). v10: topic ids (KIP-516).
 */
export const OffsetCommit = message({
  key: 8,
  name: "OffsetCommit",
  versions: [2, 10],
  flexibleSince: 8,
  request: struct({
    groupId: string,
    generationIdOrMemberEpoch: defaulted(int32, -1),
    memberId: string,
    groupInstanceId: since(7, nullable(string), null),
    retentionTimeMs: until(4, int64, -1),
    topics: array(
      struct({
        name: until(9, string, ""),
        topicId: since(10, uuid, ZERO_UUID),
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(6, int32, -1),
            committedMetadata: nullable(string),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    topics: array(
      struct({
        name: until(9, string),
        topicId: since(10, uuid),
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
          }),
        ),
      }),
    ),
  }),
});
