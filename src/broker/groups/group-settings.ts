import type { BrokerConfig } from "../../core/cluster/config/broker-config.ts";
import type { GroupConfig } from "../../core/groups/group-config.ts";

/** What the broker's configuration says of groups. */
export function groupSettings(config: BrokerConfig): GroupConfig {
  return {
    minSessionTimeoutMs: config.number("group.min.session.timeout.ms"),
    maxSessionTimeoutMs: config.number("group.max.session.timeout.ms"),
    initialRebalanceDelayMs: config.number("group.initial.rebalance.delay.ms"),
    maxSize: config.number("group.max.size"),
    offsetsRetentionMs: config.number("offsets.retention.minutes") * 60_000,
    offsetMetadataMaxBytes: config.number("offset.metadata.max.bytes"),
  };
}
