import type { Broker } from "../../broker/broker.ts";
import { finalizedFeatures, SUPPORTED_FEATURES } from "../../core/cluster/features.ts";
import { errorCode } from "../../tables/errors.ts";
import { ApiVersions } from "../../wire/kafka/messages/18-api-versions.ts";
import { encodeResponse, type ResponseInput } from "../../wire/kafka/schema.ts";
import { Writer } from "../../wire/kafka/writer.ts";
import { kafkaApi, type KafkaApi } from "../kafka-api.ts";

/*
 * ApiVersions (18), versions 0 to 4: the first thing that a client asks. The answer never closes the
 * connection: a version that is too new gets the oldest layout with our range (KIP-511), a bad software name
 * gets INVALID_REQUEST in the layout that was asked for.
 */

type Response = ResponseInput<typeof ApiVersions>;

const SOFTWARE_SINCE = 3;
/** Before v4 a client cannot parse a feature whose lowest level is 0 (KAFKA-17492). */
const ZERO_LEVELS_SINCE = 4;
const SOFTWARE_PATTERN = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/** The handler needs the list that it stands in, so it is made from a function that gives the list. */
export function apiVersionsOf(allApis: () => readonly KafkaApi[]): KafkaApi {
  return kafkaApi(ApiVersions, (broker, request, { apiVersion }) => {
    const isNamed =
      SOFTWARE_PATTERN.test(request.clientSoftwareName) &&
      SOFTWARE_PATTERN.test(request.clientSoftwareVersion);
    if (apiVersion >= SOFTWARE_SINCE && !isNamed) {
      return { errorCode: errorCode("INVALID_REQUEST"), apiKeys: [], throttleTimeMs: 0 };
    }
    const apiKeys = allApis().flatMap(({ message, advertised }) =>
      advertised === null
        ? []
        : [{ apiKey: message.key, minVersion: advertised.min, maxVersion: advertised.max }],
    );
    return { errorCode: 0, apiKeys, throttleTimeMs: 0, ...featuresOf(broker, apiVersion) };
  });
}

function featuresOf(broker: Broker, apiVersion: number): Partial<Response> {
  const finalized = finalizedFeatures(broker.cluster, broker.controller.quorum.kraftVersion);
  return {
    supportedFeatures: SUPPORTED_FEATURES.filter(
      ({ minSupportedVersion }) => minSupportedVersion > 0 || apiVersion >= ZERO_LEVELS_SINCE,
    ).map(({ name, minSupportedVersion, maxSupportedVersion }) => ({
      name,
      minVersion: minSupportedVersion,
      maxVersion: maxSupportedVersion,
    })),
    finalizedFeaturesEpoch: broker.controller.committedOffset,
    finalizedFeatures: finalized.map(({ name, level }) => ({
      name,
      minVersionLevel: level,
      maxVersionLevel: level,
    })),
  };
}

/** The answer to a version that we do not know: version 0's layout, naming only this API's range. */
export function answerTooNew(): Buffer[] {
  const writer = new Writer();
  const [minVersion, maxVersion] = ApiVersions.versions;
  encodeResponse(ApiVersions, 0, writer, {
    errorCode: errorCode("UNSUPPORTED_VERSION"),
    apiKeys: [{ apiKey: ApiVersions.key, minVersion, maxVersion }],
  });
  return writer.finish();
}
