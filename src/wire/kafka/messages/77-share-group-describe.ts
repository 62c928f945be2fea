import { array, bool, defaulted, int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

const topicPartitions = struct({
  topicId: uuid,
  topicName: string,
  partitions: array(int32),
});

const assignment = struct({
  topicPartitions: array(topicPartitions),
});

/** KIP-932. */
export const ShareGroupDescribe = message({
  key: 77,
  name: "ShareGroupDescribe",
  versions: [1, 1],
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
            rackId: defaulted(nullable(string), null),
            memberEpoch: int32,
            clientId: string,
            clientHost: string,
            subscribedTopicNames: array(string),
            assignment: assignment,
          }),
        ),
        authorizedOperations: defaulted(int32, -2147483648),
      }),
    ),
  }),
});
