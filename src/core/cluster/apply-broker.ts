import type { BrokerImage } from "./broker-image.ts";
import type { MetadataRecord, RecordValue } from "./metadata-record.ts";

export type BrokerChange = Extract<
  MetadataRecord,
  { name: "BrokerRegistrationChangeRecord" | "FenceBrokerRecord" | "UnfenceBrokerRecord" }
>;

/** In `BrokerRegistrationChangeRecord.fenced`; 0 leaves it. */
export const FENCE = 1;
export const UNFENCE = -1;
/** In `BrokerRegistrationChangeRecord.inControlledShutdown`; 0 leaves it. */
export const CONTROLLED_SHUTDOWN = 1;

export function brokerImageOf(record: RecordValue<"RegisterBrokerRecord">): BrokerImage {
  return {
    id: record.brokerId,
    epoch: record.brokerEpoch,
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: record.features,
    rack: record.rack,
    isFenced: record.fenced,
    isInControlledShutdown: record.inControlledShutdown,
    logDirs: record.logDirs,
    cordonedLogDirs: record.cordonedLogDirs,
  };
}

export function applyBrokerChange(before: BrokerImage, record: BrokerChange): BrokerImage {
  if (record.name === "FenceBrokerRecord") return { ...before, isFenced: true };
  if (record.name === "UnfenceBrokerRecord") return { ...before, isFenced: false };
  const { fenced, inControlledShutdown, logDirs, cordonedLogDirs } = record.value;
  return {
    ...before,
    isFenced: fenced === 0 ? before.isFenced : fenced === FENCE,
    isInControlledShutdown: inControlledShutdown === CONTROLLED_SHUTDOWN || before.isInControlledShutdown,
    logDirs: logDirs.length > 0 ? logDirs : before.logDirs,
    cordonedLogDirs: cordonedLogDirs ?? before.cordonedLogDirs,
  };
}
