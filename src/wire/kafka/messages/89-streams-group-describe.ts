import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int64,
  message,
  nullable,
  string,
  struct,
  uint16,
} from "../schema.ts";

const endpoint = struct({
  host: string,
  port: uint16,
});

const taskOffset = struct({
  subtopologyId: string,
  partition: int32,
  offset: int64,
});

const taskIds = struct({
  subtopologyId: string,
  partitions: array(int32),
});

const assignment = struct({
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
});

const keyValue = struct({
  key: string,
  value: string,
});

const topicInfo = struct({
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(keyValue),
});

/** KIP-1071. */
export const StreamsGroupDescribe = message({
  key: 89,
  name: "StreamsGroupDescribe",
  versions: [0, 0],
  flexibleSince: 0,
  request: struct({
    groupIds: array(string),
    includeAuthorizedOperations: bool,
  }),
  response: struct({
    throttleTimeMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: defaulted(nullable(string), null),
        groupId: string,
        groupState: string,
        groupEpoch: int32,
        assignmentEpoch: int32,
        topology: defaulted(
          nullable(
            struct({
              epoch: int32,
              subtopologies: defaulted(
                nullable(
                  array(
                    struct({
                      subtopologyId: string,
                      sourceTopics: array(string),
                      repartitionSinkTopics: array(string),
                      stateChangelogTopics: array(topicInfo),
                      repartitionSourceTopics: array(topicInfo),
                    }),
                  ),
                ),
                null,
              ),
            }),
          ),
          null,
        ),
        members: array(
          struct({
            memberId: string,
            memberEpoch: int32,
            instanceId: defaulted(nullable(string), null),
            rackId: defaulted(nullable(string), null),
            clientId: string,
            clientHost: string,
            topologyEpoch: int32,
            processId: string,
            userEndpoint: defaulted(nullable(endpoint), null),
            clientTags: array(keyValue),
            taskOffsets: array(taskOffset),
            taskEndOffsets: array(taskOffset),
            assignment: assignment,
            targetAssignment: assignment,
            isClassic: bool,
          }),
        ),
        authorizedOperations: defaulted(int32, -2147483648),
      }),
    ),
  }),
});
