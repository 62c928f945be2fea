import { errorCode } from "../../tables/errors.ts";
import { JoinGroup } from "../../wire/kafka/messages/11-join-group.ts";
import { kafkaApi } from "../kafka-api.ts";

/* JoinGroup (11), versions 0 to 9. The answer comes when the rebalance ends. */

const REBALANCE_TIMEOUT_SINCE = 1;
const MEMBER_ID_REQUIRED_SINCE = 4;
const NULL_PROTOCOL_SINCE = 7;
const SKIP_ASSIGNMENT_SINCE = 9;

export const joinGroup = kafkaApi(
  JoinGroup,
  async (broker, request, { apiVersion, clientId, remoteAddress }) => {
    const { rebalanceTimeoutMs, sessionTimeoutMs } = request;
    const { error, generation, ...response } = await broker.groups.join({
      groupId: request.groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs: apiVersion >= REBALANCE_TIMEOUT_SINCE ? rebalanceTimeoutMs : sessionTimeoutMs,
      memberId: request.memberId,
      groupInstanceId: request.groupInstanceId,
      protocolType: request.protocolType,
      protocols: request.protocols,
      clientId,
      // As Java prints an address that was never looked up by name.
      clientHost: `/${remoteAddress.host}`,
      requiresKnownMemberId: apiVersion >= MEMBER_ID_REQUIRED_SINCE,
      supportsSkippingAssignment: apiVersion >= SKIP_ASSIGNMENT_SINCE,
    });
    const protocolName = response.protocolName ?? (apiVersion >= NULL_PROTOCOL_SINCE ? null : "");
    return { ...response, errorCode: errorCode(error), generationId: generation, protocolName };
  },
);
