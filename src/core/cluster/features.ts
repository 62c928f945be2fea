import type { BrokerConfig } from "./config/broker-config.ts";
import type { FeatureRange } from "./broker-image.ts";
import type { ClusterImage } from "./cluster-image.ts";
import { ALL_BROKERS, RESOURCE_TYPE } from "./config-resource.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { METADATA_VERSION, METADATA_VERSION_MIN } from "./metadata-version.ts";

/**
 * The levels at which this broker can work. What it does not serve is not here: transaction.version,
 * group.version, share.version and streams.version come with their features.
 */
export const SUPPORTED_FEATURES: readonly FeatureRange[] = [
  { name: "eligible.leader.replicas.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  {
    name: "metadata.version",
    minSupportedVersion: METADATA_VERSION_MIN,
    maxSupportedVersion: METADATA_VERSION,
  },
];

export function supportedRange(name: string): FeatureRange | undefined {
  return SUPPORTED_FEATURES.find((feature) => feature.name === name);
}

export interface FinalizedFeature {
  readonly name: string;
  readonly level: number;
}

/**
 * What clients may rely on. A directory that Kafka wrote can have levels of features that we do not serve: those stay
 * in the metadata, but are not promised to anybody. The quorum's own version is kept in its log.
 */
export function finalizedFeatures(image: ClusterImage, kraftVersion: number): FinalizedFeature[] {
  const quorum = kraftVersion > 0 ? [{ name: "kraft.version", level: kraftVersion }] : [];
  const served = [...image.features].filter(([name]) => supportedRange(name) !== undefined);
  return [...quorum, ...served.map(([name, level]) => ({ name, level }))];
}

export function featureLevel(name: string, level: number): MetadataRecord {
  return { name: "FeatureLevelRecord", value: { name, featureLevel: level } };
}

export function configRecord(
  resource: { readonly type: number; readonly name: string },
  name: string,
  value: string | null,
): MetadataRecord {
  return {
    name: "ConfigRecord",
    value: { resourceType: resource.type, resourceName: resource.name, name, value },
  };
}

/** The levels of a new cluster, as a formatted directory states them. */
export function bootstrapFeatures(): MetadataRecord[] {
  return [
    featureLevel("metadata.version", METADATA_VERSION),
    featureLevel("eligible.leader.replicas.version", 1),
  ];
}

/** The first records of a new cluster; none when it has begun already. */
export function decideBootstrap({ image, config }: DecisionContext): Decision<void> {
  if (image.metadataVersion > 0) return { records: [], response: undefined };
  return { records: [...bootstrapFeatures(), minIsrRecord(config)], response: undefined };
}

/** ELR compares ISRs with a cluster-wide minimum, so from its start on that must stand in the metadata. */
function minIsrRecord(config: BrokerConfig): MetadataRecord {
  const minIsr = String(config.number("min.insync.replicas"));
  return configRecord({ type: RESOURCE_TYPE.broker, name: ALL_BROKERS }, "min.insync.replicas", minIsr);
}
