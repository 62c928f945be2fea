import { errorCode, type ErrorName } from "../../tables/errors.ts";
import { InitProducerId } from "../../wire/kafka/messages/22-init-producer-id.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * InitProducerId (22), versions 0 to 5: an identity for idempotent writes (KIP-98).
 *
 * There are no transactions yet. A producer with a transactional id gets UNSUPPORTED_VERSION, which every client
 * takes as final and reports at once; a coordinator error would make it wait and try again.
 */
export const initProducerId = kafkaApi(InitProducerId, async (broker, request) => {
  const timeoutMsMax = broker.config.number("transaction.max.timeout.ms");
  const error = faultOf(request, timeoutMsMax);
  if (error !== null) return refused(error);
  return {
    throttleTimeMs: 0,
    errorCode: errorCode("NONE"),
    producerId: await broker.controller.producerIds.next(),
    producerEpoch: 0,
  };
});

function faultOf(request: RequestOf<typeof InitProducerId>, timeoutMsMax: number): ErrorName | null {
  const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request;
  if (transactionalId === "") return "INVALID_REQUEST";
  if ((producerId === -1) !== (producerEpoch === -1)) return "INVALID_REQUEST";
  if (transactionalId === null) return null;
  const isTimeoutFine = transactionTimeoutMs > 0 && transactionTimeoutMs <= timeoutMsMax;
  return isTimeoutFine ? "UNSUPPORTED_VERSION" : "INVALID_TRANSACTION_TIMEOUT";
}

function refused(error: ErrorName): ResponseInput<typeof InitProducerId> {
  return { throttleTimeMs: 0, errorCode: errorCode(error), producerId: -1, producerEpoch: -1 };
}
