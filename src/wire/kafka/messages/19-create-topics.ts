import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int8,
  message,
  nullable,
  since,
  string,
  struct,
  tagged,
  uuid,
} from "../schema.ts";

/**
 * v4: partition and replica counts may be -1 (KIP-464). v5: flexible, answers with the configuration
 * (KIP-525). v6: THROTTLING_QUOTA_EXCEEDED (KIP-599). v7: topic ids (KIP-516).
 */
export const CreateTopics = message({
  key: 19,
  name: "CreateTopics",
  versions: [2, 7],
  flexibleSince: 5,
  listeners: ["broker", "controller"],
  request: struct({
    topics: array(
      struct({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(
          struct({
            partitionIndex: int32,
            brokerIds: array(int32),
          }),
        ),
        configs: array(
          struct({
            name: string,
            value: nullable(string),
          }),
        ),
      }),
    ),
    timeoutMs: defaulted(int32, 60000),
    validateOnly: defaulted(bool, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({
        name: string,
        topicId: since(7, uuid),
        errorCode: int16,
        errorMessage: nullable(string),
        topicConfigErrorCode: tagged(0, 5, int16),
        numPartitions: since(5, int32, -1),
        replicationFactor: since(5, int16, -1),
        configs: since(
          5,
          nullable(
            array(
              struct({
                name: string,
                value: nullable(string),
                readOnly: bool,
                configSource: defaulted(int8, -1),
                isSensitive: bool,
              }),
            ),
          ),
          [],
        ),
      }),
    ),
  }),
});
