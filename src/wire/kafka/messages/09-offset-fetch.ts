import { ZERO_UUID } from "../../../base/uuid.ts";
import {
  array,
  between,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  nullableSince,
  since,
  string,
  struct,
  until,
  uuid,
} from "../schema.ts";

/**
 * v2: null asks for all topics. v5: leader epochs (KIP-320). v6: flexible. v7: stable offsets (KIP-447).
 * v8: many groups (KIP-709). v9: member epochs (KIP-848). v10: topic ids (KIP-516).
 */
export const OffsetFetch = message({
  key: 9,
  name: "OffsetFetch",
  versions: [1, 10],
  flexibleSince: 6,
  request: struct({
    groupId: until(7, string, ""),
    topics: until(
      7,
      nullableSince(
        2,
        array(
          struct({
            name: string,
            partitionIndexes: array(int32),
          }),
        ),
      ),
      [],
    ),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          memberId: since(9, nullable(string), null),
          memberEpoch: since(9, int32, -1),
          topics: nullable(
            array(
              struct({
                name: until(9, string, ""),
                topicId: since(10, uuid, ZERO_UUID),
                partitionIndexes: array(int32),
              }),
            ),
          ),
        }),
      ),
      [],
    ),
    requireStable: since(7, bool, false),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    topics: until(
      7,
      array(
        struct({
          name: string,
          partitions: array(
            struct({
              partitionIndex: int32,
              committedOffset: int64,
              committedLeaderEpoch: since(5, int32, -1),
              metadata: nullable(string),
              errorCode: int16,
            }),
          ),
        }),
      ),
      [],
    ),
    errorCode: between([2, 7], int16, 0),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          topics: array(
            struct({
              name: until(9, string),
              topicId: since(10, uuid),
              partitions: array(
                struct({
                  partitionIndex: int32,
                  committedOffset: int64,
                  committedLeaderEpoch: defaulted(int32, -1),
                  metadata: nullable(string),
                  errorCode: int16,
                }),
              ),
            }),
          ),
          errorCode: defaulted(int16, 0),
        }),
      ),
      [],
    ),
  }),
});
