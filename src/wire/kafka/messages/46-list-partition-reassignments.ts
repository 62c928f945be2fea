import { array, defaulted, int16, int32, message, nullable, string, struct } from "../schema.ts";

/** KIP-455. */
export const ListPartitionReassignments = message({
  key: 46,
  name: "ListPartitionReassignments",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    timeoutMs: defaulted(int32, 60000),
    topics: defaulted(
      nullable(
        array(
          struct({
            name: string,
            partitionIndexes: array(int32),
          }),
        ),
      ),
      null,
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicas: array(int32),
            addingReplicas: array(int32),
            removingReplicas: array(int32),
          }),
        ),
      }),
    ),
  }),
});
