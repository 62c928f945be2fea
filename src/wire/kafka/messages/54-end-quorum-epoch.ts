import {
  array,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  since,
  string,
  struct,
  tagged,
  uint16,
  until,
  uuid,
} from "../schema.ts";

/** KIP-595. v1: flexible, candidates have directories (KIP-853). */
export const EndQuorumEpoch = message({
  key: 54,
  name: "EndQuorumEpoch",
  versions: [0, 1],
  flexibleSince: 1,
  listeners: ["controller"],
  request: struct({
    clusterId: defaulted(nullable(string), null),
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: int32,
            preferredSuccessors: until(0, array(int32), []),
            preferredCandidates: since(
              1,
              array(
                struct({
                  candidateId: int32,
                  candidateDirectoryId: uuid,
                }),
              ),
              [],
            ),
          }),
        ),
      }),
    ),
    leaderEndpoints: since(
      1,
      array(
        struct({
          name: string,
          host: string,
          port: uint16,
        }),
      ),
      [],
    ),
  }),
  response: struct({
    errorCode: int16,
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            leaderId: int32,
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(
      0,
      1,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: uint16,
        }),
      ),
    ),
  }),
});
