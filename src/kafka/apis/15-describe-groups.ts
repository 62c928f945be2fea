import { errorCode } from "../../tables/errors.ts";
import { DescribeGroups } from "../../wire/kafka/messages/15-describe-groups.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeGroups (15), versions 0 to 6. Up to v5 a group that does not exist is Dead and no error (KIP-1043). */

const GROUP_ID_NOT_FOUND_SINCE = 6;
/** Without an authorizer everybody may READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS a group. */
const ALL_OPERATIONS = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

export const describeGroups = kafkaApi(DescribeGroups, async (broker, request, { apiVersion }) => {
  const described = await Promise.all(request.groups.map((groupId) => broker.groups.describe(groupId)));
  const groups = described.map(({ error, ...group }) => {
    const isMissing = error === "GROUP_ID_NOT_FOUND";
    const shown = isMissing && apiVersion < GROUP_ID_NOT_FOUND_SINCE ? "NONE" : error;
    return {
      ...group,
      errorCode: errorCode(shown),
      errorMessage: isMissing ? `Group ${group.groupId} not found.` : null,
      ...(request.includeAuthorizedOperations && shown === "NONE"
        ? { authorizedOperations: ALL_OPERATIONS }
        : {}),
    };
  });
  return { groups };
});
