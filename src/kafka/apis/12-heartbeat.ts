import { errorCode } from "../../tables/errors.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { kafkaApi } from "../kafka-api.ts";

/* Heartbeat (12), versions 0 to 4. */
export const heartbeat = kafkaApi(Heartbeat, (broker, { generationId, ...identity }) => ({
  errorCode: errorCode(broker.groups.heartbeat({ ...identity, generation: generationId })),
}));
