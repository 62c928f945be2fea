import { errorCode } from "../../tables/errors.ts";
import { LeaveGroup } from "../../wire/kafka/messages/13-leave-group.ts";
import { kafkaApi } from "../kafka-api.ts";

/* LeaveGroup (13), versions 0 to 5. Up to v2 one member, whose error is the answer's; from v3 many, each with its own. */

const MANY_MEMBERS_SINCE = 3;

export const leaveGroup = kafkaApi(LeaveGroup, async (broker, request, { apiVersion }) => {
  const isMany = apiVersion >= MANY_MEMBERS_SINCE;
  const members = isMany ? request.members : [{ memberId: request.memberId, groupInstanceId: null }];
  const response = await broker.groups.leave({ groupId: request.groupId, members });
  const [first] = response.members;
  const error = response.error === "NONE" && !isMany && first !== undefined ? first.error : response.error;
  return {
    errorCode: errorCode(error),
    members: response.members.map(({ error: memberError, ...member }) => ({
      ...member,
      errorCode: errorCode(memberError),
    })),
  };
});
