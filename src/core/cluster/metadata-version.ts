import type { MetadataRecord } from "./metadata-record.ts";

/** The level that a new cluster gets: 4.3-IV0. */
export const METADATA_VERSION = 30;
/** The lowest that Kafka 4 can run at: 3.3-IV3. */
export const METADATA_VERSION_MIN = 7;

/** From these levels on the records carry more. */
const DIRECTORIES_SINCE = 17; // 3.7-IV2.
const ELR_SINCE = 23; // 4.0-IV1.
const CORDONED_SINCE = 30; // 4.3-IV0.

/** The record version that every node at this metadata version can read. */
export function recordVersion(record: MetadataRecord, metadataVersion: number): number {
  if (record.name === "RegisterBrokerRecord") {
    if (metadataVersion >= CORDONED_SINCE) return 4;
    return metadataVersion >= DIRECTORIES_SINCE ? 3 : 1;
  }
  if (record.name === "PartitionRecord" || record.name === "PartitionChangeRecord") {
    if (metadataVersion >= ELR_SINCE) return 2;
    return metadataVersion >= DIRECTORIES_SINCE ? 1 : 0;
  }
  if (record.name === "BrokerRegistrationChangeRecord") {
    // As Kafka does, the oldest version that holds what is said.
    if (record.value.cordonedLogDirs !== null) return 3;
    if (record.value.logDirs.length > 0) return 2;
    return record.value.inControlledShutdown === 0 ? 0 : 1;
  }
  return 0;
}
