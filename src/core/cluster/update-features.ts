import { errorCode, type ErrorName } from "../../tables/errors.ts";
import type { UpdateFeatures } from "../../wire/kafka/messages/57-update-features.ts";
import type { RequestOf, ResponseInput } from "../../wire/kafka/schema.ts";
import type { ClusterImage } from "./cluster-image.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { featureLevel, supportedRange } from "./features.ts";

type Request = RequestOf<typeof UpdateFeatures>;
type Update = Request["featureUpdates"][number];
export type UpdateFeaturesResponse = ResponseInput<typeof UpdateFeatures>;

/** Kafka's numbers of what an update is allowed to do. */
const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;

/** All updates come true or none does: one bad one is the answer for the whole request. */
export function decideUpdateFeatures(
  { image }: DecisionContext,
  request: Request,
): Decision<UpdateFeaturesResponse> {
  for (const update of request.featureUpdates) {
    const message = updateFault(image, update);
    if (message !== null) return answer("INVALID_UPDATE_VERSION", message, []);
  }
  const names = request.featureUpdates.map(({ feature }) => feature);
  const changed = request.featureUpdates.filter(
    ({ feature, maxVersionLevel }) => (image.features.get(feature) ?? 0) !== maxVersionLevel,
  );
  const records = changed.map(({ feature, maxVersionLevel }) => featureLevel(feature, maxVersionLevel));
  const decision = answer("NONE", null, names);
  return { records: request.validateOnly ? [] : records, response: decision.response };
}

function answer(
  error: ErrorName,
  errorMessage: string | null,
  names: readonly string[],
): Decision<UpdateFeaturesResponse> {
  const results = names.map((feature) => ({ feature, errorCode: errorCode("NONE"), errorMessage: null }));
  return { records: [], response: { throttleTimeMs: 0, errorCode: errorCode(error), errorMessage, results } };
}

function updateFault(image: ClusterImage, update: Update): string | null {
  const { feature, maxVersionLevel: level } = update;
  const range = supportedRange(feature);
  if (range === undefined || feature === "kraft.version") return `The feature "${feature}" is not known here`;
  if (level < range.minSupportedVersion || level > range.maxSupportedVersion) {
    return `This broker supports ${feature} ${range.minSupportedVersion} to ${range.maxSupportedVersion}`;
  }
  const kind = kindOf(update);
  if (kind < UPGRADE || kind > UNSAFE_DOWNGRADE) return `There is no update of type ${kind}`;
  const current = image.features.get(feature) ?? 0;
  if (level >= current) return null;
  if (kind === UPGRADE) return `${feature} is at ${current}, ${level} would be a downgrade`;
  if (feature !== "metadata.version") return null;
  // Between levels the formats of records differ, and what is written can't be unwritten.
  return kind === SAFE_DOWNGRADE
    ? `metadata.version ${level} has other record formats than ${current}`
    : "An unsafe downgrade of metadata.version is not possible";
}

/** v0 has only a flag. */
function kindOf(update: Update): number {
  return update.allowDowngrade ? SAFE_DOWNGRADE : update.upgradeType;
}
