import { decideDeleteTopics, refuseDeletes } from "../../core/cluster/delete-topics.ts";
import { DeleteTopics } from "../../wire/kafka/messages/20-delete-topics.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DeleteTopics (20), versions 1 to 6. v6: by name or by id. */
export const deleteTopics = kafkaApi(DeleteTopics, async ({ controller }, request) => {
  const answer = await controller.changeWithin(request.timeoutMs, (context) =>
    decideDeleteTopics(context, request),
  );
  return answer ?? refuseDeletes(request, "REQUEST_TIMED_OUT").response;
});
