import { METADATA_TOPIC_ID, type Uuid } from "../base/uuid.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import { logConfigOf } from "../core/cluster/config/topic-config.ts";
import { bootstrapFeatures } from "../core/cluster/features.ts";
import { encodeMetadataRecord } from "../core/cluster/metadata-record.ts";
import { METADATA_VERSION } from "../core/cluster/metadata-version.ts";
import type { LogConfig } from "../core/log/log-config.ts";
import type { Voter } from "../core/quorum/voters.ts";
import type { Env } from "../ports/env.ts";
import type { LogStore } from "./log/log-store.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import { formatMetadataLog } from "./quorum/format-metadata-log.ts";

export const METADATA_TOPIC = "__cluster_metadata";

/** The metadata log is synced before anything counts as committed, whatever the topics do. */
export function metadataLogConfig(config: BrokerConfig): LogConfig {
  return {
    ...logConfigOf(new Map(), config),
    cleanupPolicyDelete: false,
    cleanupPolicyCompact: false,
    fsyncBeforeAck: true,
    segmentBytes: config.number("metadata.log.segment.bytes"),
    segmentMs: config.number("metadata.log.segment.ms"),
  };
}

export interface MetadataLog {
  readonly log: PartitionLog;
  /** The directory that holds it. */
  readonly directoryId: Uuid;
}

/** Opens `__cluster_metadata-0`; a new one is formatted as Kafka's tool would. */
export async function openMetadataLog(
  env: Env,
  logs: LogStore,
  options: { readonly config: BrokerConfig; readonly nodeId: number; readonly endpoints: Voter["endpoints"] },
): Promise<MetadataLog> {
  const log = logs.create({
    topic: METADATA_TOPIC,
    topicId: METADATA_TOPIC_ID,
    partition: 0,
    config: metadataLogConfig(options.config),
  });
  const { path: root, directoryId } = logs.directoryOf(log);
  if (log.logEndOffset === 0) {
    // Records, its own directory included, must be on the disk before the quorum writes beside them.
    await env.disk.syncDirectory(root);
    await formatMetadataLog(env, {
      root,
      logPath: log.path,
      voter: { id: options.nodeId, directoryId, endpoints: options.endpoints },
      bootstrap: bootstrapFeatures().map((record) => encodeMetadataRecord(record, METADATA_VERSION)),
    });
  }
  return { log, directoryId };
}
