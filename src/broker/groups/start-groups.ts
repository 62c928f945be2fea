import type { TopicImage } from "../../core/cluster/partition-image.ts";
import { CODEC_NAMES } from "../../base/compression.ts";
import { OFFSETS_TOPIC } from "../../core/cluster/topic-name.ts";
import type { Broker } from "../broker.ts";
import { OffsetsLog } from "../offsets-log.ts";
import type { Partition } from "../partition.ts";
import { GroupCoordinator } from "./group-coordinator.ts";
import { groupSettings } from "./group-settings.ts";
import { offsetsTopic } from "./offsets-topic.ts";

export interface Groups {
  readonly coordinator: GroupCoordinator;
  /** To be told of every partition that this broker begins or ceases to lead. */
  readonly followLeadership: (partition: Partition) => void;
  readonly forgetTopics: (topics: readonly TopicImage[]) => void;
}

/** The group coordinator on top of this broker's partitions of `__consumer_offsets`. */
export function startGroups(broker: Omit<Broker, "groups" | "fetchSessions">): Groups {
  const { env, config } = broker;
  const coordinator = new GroupCoordinator({
    env,
    nodeId: broker.nodeId,
    topic: offsetsTopic(broker),
    config: groupSettings(config),
    retentionCheckIntervalMs: config.number("offsets.retention.check.interval.ms"),
    codec: CODEC_NAMES[config.number("offsets.topic.compression.codec")] ?? "none",
  });
  return {
    coordinator,
    followLeadership(partition) {
      if (partition.topic !== OFFSETS_TOPIC) return;
      if (!partition.isLeader) {
        coordinator.resign(partition.index);
        return;
      }
      const offsetsLog = new OffsetsLog({
        partition,
        partitions: broker.partitions,
        monotonicMs: () => env.clock.monotonic(),
        commitTimeoutMs: () => config.number("offsets.commit.timeout.ms"),
      });
      coordinator.takeOver(partition.index, offsetsLog);
    },
    forgetTopics(topics) {
      coordinator.onTopicsDeleted(topics.map(({ name }) => name)).catch((error: unknown) => {
        env.log.error("Cannot forget the offsets of deleted topics", { reason: String(error) });
      });
    },
  };
}
