import { errorCode } from "../../tables/errors.ts";
import { ListGroups } from "../../wire/kafka/messages/16-list-groups.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ListGroups (16), versions 0 to 5: the groups whose coordinator this broker is. */
export const listGroups = kafkaApi(ListGroups, (broker, { statesFilter, typesFilter }) => {
  const { error, groups } = broker.groups.list({ states: statesFilter, types: typesFilter });
  return { errorCode: errorCode(error), groups };
});
