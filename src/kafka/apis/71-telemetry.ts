import { randomUuid, ZERO_UUID } from "../../base/uuid.ts";
import { errorCode } from "../../tables/errors.ts";
import { GetTelemetrySubscriptions } from "../../wire/kafka/messages/71-get-telemetry-subscriptions.ts";
import { PushTelemetry } from "../../wire/kafka/messages/72-push-telemetry.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * GetTelemetrySubscriptions (71) and PushTelemetry (72): a broker without a receiver does not name them, but tells a
 * client that asks that nothing is wanted of it (KIP-714).
 */

const ZSTD_LZ4_GZIP_SNAPPY = [4, 3, 1, 2];
const PUSH_INTERVAL_MS = 300_000;
const hidden = { hidden: true } as const;

export const getTelemetrySubscriptions = kafkaApi(
  GetTelemetrySubscriptions,
  ({ env, config }, { clientInstanceId }) => ({
    throttleTimeMs: 0,
    errorCode: errorCode("NONE"),
    clientInstanceId:
      clientInstanceId === ZERO_UUID ? randomUuid((count) => env.random.bytes(count)) : clientInstanceId,
    subscriptionId: 0,
    acceptedCompressionTypes: ZSTD_LZ4_GZIP_SNAPPY,
    pushIntervalMs: PUSH_INTERVAL_MS,
    telemetryMaxBytes: config.number("telemetry.max.bytes"),
    deltaTemporality: true,
    requestedMetrics: [],
  }),
  hidden,
);

export const pushTelemetry = kafkaApi(
  PushTelemetry,
  () => ({ throttleTimeMs: 0, errorCode: errorCode("UNKNOWN_SUBSCRIPTION_ID") }),
  hidden,
);
