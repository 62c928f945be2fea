import { decideUnregistration } from "../../core/cluster/broker-lifecycle.ts";
import { errorCode, errorText } from "../../tables/errors.ts";
import { UnregisterBroker } from "../../wire/kafka/messages/64-unregister-broker.ts";
import { kafkaApi } from "../kafka-api.ts";

/* UnregisterBroker (64), version 0: forgets a broker that will not come back. */
export const unregisterBroker = kafkaApi(UnregisterBroker, async ({ controller }, { brokerId }) => {
  const error = await controller.change((context) => decideUnregistration(context, brokerId));
  const errorMessage = error === "NONE" ? null : errorText(error);
  return { throttleTimeMs: 0, errorCode: errorCode(error), errorMessage };
});
