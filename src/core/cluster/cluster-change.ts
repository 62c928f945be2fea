import type { ConfigResource } from "./config-resource.ts";
import type { PartitionImage, TopicImage } from "./partition-image.ts";

export interface ChangedPartition {
  readonly topic: TopicImage;
  readonly partition: PartitionImage;
}

/** What a run of records did to the image, for those who must follow: logs, leaders, settings. */
export class ClusterChange {
  /** Topics that are new, with all their partitions. */
  readonly createdTopics: TopicImage[] = [];
  readonly deletedTopics: TopicImage[] = [];
  /** Partitions that older topics gained. */
  readonly addedPartitions: ChangedPartition[] = [];
  readonly changedPartitions: ChangedPartition[] = [];
  readonly changedConfigs = new Map<string, ConfigResource>();
  haveBrokersChanged = false;
  haveFeaturesChanged = false;
}
