import { array, defaulted, int16, int32, int8, message, nullable, since, string, struct } from "../schema.ts";

/** v1: unclean elections (KIP-460). v2: flexible. */
export const ElectLeaders = message({
  key: 43,
  name: "ElectLeaders",
  versions: [0, 2],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    electionType: since(1, int8, 0),
    topicPartitions: nullable(
      array(
        struct({
          topic: string,
          partitions: array(int32),
        }),
      ),
    ),
    timeoutMs: defaulted(int32, 60000),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: since(1, int16, 0),
    replicaElectionResults: array(
      struct({
        topic: string,
        partitionResult: array(
          struct({
            partitionId: int32,
            errorCode: int16,
            errorMessage: nullable(string),
          }),
        ),
      }),
    ),
  }),
});
