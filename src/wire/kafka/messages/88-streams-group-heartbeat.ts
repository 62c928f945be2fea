import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  int8,
  message,
  nullable,
  string,
  struct,
  uint16,
} from "../schema.ts";

const requestKeyValue = struct({
  key: string,
  value: string,
});

const requestTopicInfo = struct({
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(requestKeyValue),
});

const requestEndpoint = struct({
  host: string,
  port: uint16,
});

const requestTaskOffset = struct({
  subtopologyId: string,
  partition: int32,
  offset: int64,
});

const requestTaskIds = struct({
  subtopologyId: string,
  partitions: array(int32),
});

const responseStatus = struct({
  statusCode: int8,
  statusDetail: string,
});

const responseTopicPartition = struct({
  topic: string,
  partitions: array(int32),
});

const responseTaskIds = struct({
  subtopologyId: string,
  partitions: array(int32),
});

const responseEndpoint = struct({
  host: string,
  port: uint16,
});

/** KIP-1071. */
export const StreamsGroupHeartbeat = message({
  key: 88,
  name: "StreamsGroupHeartbeat",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    endpointInformationEpoch: int32,
    instanceId: defaulted(nullable(string), null),
    rackId: defaulted(nullable(string), null),
    rebalanceTimeoutMs: defaulted(int32, -1),
    topology: defaulted(
      nullable(
        struct({
          epoch: int32,
          subtopologies: array(
            struct({
              subtopologyId: string,
              sourceTopics: array(string),
              sourceTopicRegex: array(string),
              stateChangelogTopics: array(requestTopicInfo),
              repartitionSinkTopics: array(string),
              repartitionSourceTopics: array(requestTopicInfo),
              copartitionGroups: array(
                struct({
                  sourceTopics: array(int16),
                  sourceTopicRegex: array(int16),
                  repartitionSourceTopics: array(int16),
                }),
              ),
            }),
          ),
        }),
      ),
      null,
    ),
    activeTasks: defaulted(nullable(array(requestTaskIds)), null),
    standbyTasks: defaulted(nullable(array(requestTaskIds)), null),
    warmupTasks: defaulted(nullable(array(requestTaskIds)), null),
    processId: defaulted(nullable(string), null),
    userEndpoint: defaulted(nullable(requestEndpoint), null),
    clientTags: defaulted(nullable(array(requestKeyValue)), null),
    taskOffsets: defaulted(nullable(array(requestTaskOffset)), null),
    taskEndOffsets: defaulted(nullable(array(requestTaskOffset)), null),
    shutdownApplication: defaulted(bool, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    memberId: string,
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    acceptableRecoveryLag: int32,
    taskOffsetIntervalMs: int32,
    status: nullable(array(responseStatus)),
    activeTasks: defaulted(nullable(array(responseTaskIds)), null),
    standbyTasks: defaulted(nullable(array(responseTaskIds)), null),
    warmupTasks: defaulted(nullable(array(responseTaskIds)), null),
    endpointInformationEpoch: int32,
    partitionsByUserEndpoint: defaulted(
      nullable(
        array(
          struct({
            userEndpoint: responseEndpoint,
            activePartitions: array(responseTopicPartition),
            standbyPartitions: array(responseTopicPartition),
          }),
        ),
      ),
      null,
    ),
  }),
});
