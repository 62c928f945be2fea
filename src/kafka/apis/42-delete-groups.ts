import { errorCode } from "../../tables/errors.ts";
import { DeleteGroups } from "../../wire/kafka/messages/42-delete-groups.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DeleteGroups (42), versions 0 to 2. A group that is named twice is answered once. */
export const deleteGroups = kafkaApi(DeleteGroups, async (broker, { groupsNames }) => {
  const results = [...new Set(groupsNames)].map(async (groupId) => ({
    groupId,
    errorCode: errorCode(await broker.groups.deleteGroup(groupId)),
  }));
  return { throttleTimeMs: 0, results: await Promise.all(results) };
});
