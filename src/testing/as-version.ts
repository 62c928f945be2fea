import type { InterceptedAnswer, InterceptedRequest } from "../broker/interceptor.ts";
import { errorCode } from "../tables/errors.ts";
import { ApiVersions } from "../wire/kafka/messages/18-api-versions.ts";
import { Reader } from "../wire/kafka/reader.ts";
import { decodeResponse, encodeResponse } from "../wire/kafka/schema.ts";
import { Writer } from "../wire/kafka/writer.ts";
import { releaseVersionMax, type KafkaRelease } from "./kafka-releases.ts";
import { apiNames } from "./api-name.ts";

/**
 * What a broker of that release answers to a request that is newer than it: it hangs up, except on ApiVersions, which
 * it answers in the oldest layout (KIP-511). Null for all that it knows.
 */
export function answerAsTooNew(release: KafkaRelease, request: InterceptedRequest): InterceptedAnswer {
  const versionMax = releaseVersionMax(release, request.message.name);
  if (request.apiVersion <= versionMax) return null;
  if (request.message.key !== ApiVersions.key) return "close";
  const writer = new Writer();
  encodeResponse(ApiVersions, 0, writer, {
    errorCode: errorCode("UNSUPPORTED_VERSION"),
    apiKeys: [{ apiKey: ApiVersions.key, minVersion: 0, maxVersion: versionMax }],
  });
  return writer.finish();
}

/** The answer to ApiVersions, without what that release had not yet. */
export function asAnsweredBy(
  release: KafkaRelease,
  { apiVersion }: InterceptedRequest,
  answer: InterceptedAnswer,
): InterceptedAnswer {
  if (!Array.isArray(answer)) return answer;
  const response = decodeResponse(ApiVersions, apiVersion, new Reader(Buffer.concat(answer)));
  const apiKeys = response.apiKeys.flatMap(({ apiKey, minVersion, maxVersion }) => {
    const releaseMax = releaseVersionMax(release, apiNames.get(apiKey) ?? "");
    if (releaseMax < minVersion) return [];
    return [{ apiKey, minVersion, maxVersion: Math.min(maxVersion, releaseMax) }];
  });
  const writer = new Writer();
  encodeResponse(ApiVersions, apiVersion, writer, { ...response, apiKeys });
  return writer.finish();
}
