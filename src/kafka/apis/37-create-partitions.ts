import { decideCreatePartitions, refuseGrowth } from "../../core/cluster/create-partitions.ts";
import { CreatePartitions } from "../../wire/kafka/messages/37-create-partitions.ts";
import { kafkaApi } from "../kafka-api.ts";

/* CreatePartitions (37), versions 0 to 3. */
export const createPartitions = kafkaApi(CreatePartitions, async ({ controller }, request) => {
  const answer = await controller.changeWithin(request.timeoutMs, (context) =>
    decideCreatePartitions(context, request),
  );
  return answer ?? refuseGrowth(request, "REQUEST_TIMED_OUT").response;
});
