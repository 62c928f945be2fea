import { array, bool, defaulted, int16, int32, message, nullable, since, string, struct } from "../schema.ts";

/** KIP-455. v1: whether the replication factor may change (KIP-860). */
export const AlterPartitionReassignments = message({
  key: 45,
  name: "AlterPartitionReassignments",
  versions: [0, 1],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    timeoutMs: defaulted(int32, 60000),
    allowReplicationFactorChange: since(1, bool, true),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicas: defaulted(nullable(array(int32)), null),
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: int32,
    allowReplicationFactorChange: since(1, bool, true),
    errorCode: int16,
    errorMessage: nullable(string),
    responses: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: nullable(string),
          }),
        ),
      }),
    ),
  }),
});
