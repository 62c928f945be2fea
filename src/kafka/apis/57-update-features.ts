import { decideUpdateFeatures } from "../../core/cluster/update-features.ts";
import { errorCode, errorText } from "../../tables/errors.ts";
import { UpdateFeatures } from "../../wire/kafka/messages/57-update-features.ts";
import { kafkaApi } from "../kafka-api.ts";

/* UpdateFeatures (57), versions 0 to 2 (KIP-584). */
export const updateFeatures = kafkaApi(UpdateFeatures, async ({ controller }, request) => {
  const answer = await controller.changeWithin(request.timeoutMs, (context) =>
    decideUpdateFeatures(context, request),
  );
  const error = "REQUEST_TIMED_OUT";
  return (
    answer ?? { throttleTimeMs: 0, errorCode: errorCode(error), errorMessage: errorText(error), results: [] }
  );
});
