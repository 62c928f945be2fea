import { allRefused, decideCreateTopics } from "../../core/cluster/create-topics.ts";
import { CreateTopics } from "../../wire/kafka/messages/19-create-topics.ts";
import { kafkaApi } from "../kafka-api.ts";

/* CreateTopics (19), versions 2 to 7. */
export const createTopics = kafkaApi(CreateTopics, async ({ controller }, request) => {
  const answer = await controller.changeWithin(request.timeoutMs, (context) =>
    decideCreateTopics(context, request),
  );
  return answer ?? allRefused(request, { error: "REQUEST_TIMED_OUT", message: null }).response;
});
