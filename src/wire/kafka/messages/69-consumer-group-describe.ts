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
  uuid,
} from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  topicName: string,
  partitions: array(int32),
});

const assignment = struct({
  topicPartitions: array(topicPartitions),
});

/** KIP-848. v1: kinds of member (KIP-1099). */
export const ConsumerGroupDescribe = message({
  key: 69,
  name: "ConsumerGroupDescribe",
  versions: [0, 1],
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
        assignorName: string,
        members: array(
          struct({
            memberId: string,
            instanceId: defaulted(nullable(string), null),
            rackId: defaulted(nullable(string), null),
            memberEpoch: int32,
            clientId: string,
            clientHost: string,
            subscribedTopicNames: array(string),
            subscribedTopicRegex: defaulted(nullable(string), null),
            assignment: assignment,
            targetAssignment: assignment,
            memberType: since(1, int8, -1),
          }),
        ),
        authorizedOperations: defaulted(int32, -2147483648),
      }),
    ),
  }),
});
