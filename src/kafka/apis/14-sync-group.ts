import { syncRefusal } from "../../core/groups/decision.ts";
import { errorCode } from "../../tables/errors.ts";
import { SyncGroup } from "../../wire/kafka/messages/14-sync-group.ts";
import { kafkaApi } from "../kafka-api.ts";

/* SyncGroup (14), versions 0 to 5. The answer comes when the leader's assignment is committed. */

/** KIP-559: from here on a member must say which protocol it believes to be in. */
const PROTOCOL_SINCE = 5;

export const syncGroup = kafkaApi(SyncGroup, async (broker, request, { apiVersion }) => {
  const { generationId, ...rest } = request;
  const isIncomplete = request.protocolType === null || request.protocolName === null;
  const { error, ...response } =
    apiVersion >= PROTOCOL_SINCE && isIncomplete
      ? syncRefusal("INCONSISTENT_GROUP_PROTOCOL")
      : await broker.groups.sync({ ...rest, generation: generationId });
  return { ...response, errorCode: errorCode(error) };
});
