import { array, defaulted, int16, int32, int64, message, struct, uuid } from "../schema.ts";

/** KIP-858. */
export const AssignReplicasToDirs = message({
  key: 73,
  name: "AssignReplicasToDirs",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    brokerId: int32,
    brokerEpoch: defaulted(int64, -1),
    directories: array(
      struct({
        id: uuid,
        topics: array(
          struct({
            topicId: uuid,
            partitions: array(
              struct({
                partitionIndex: int32,
              }),
            ),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    directories: array(
      struct({
        id: uuid,
        topics: array(
          struct({
            topicId: uuid,
            partitions: array(
              struct({
                partitionIndex: int32,
                errorCode: int16,
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});
