import type { ClusterImage } from "./cluster-image.ts";
import { configRecord, featureLevel } from "./features.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import { partitionRecord } from "./partition-record.ts";

/** The records of a snapshot: applied to an empty image in this order they give this image again. */
export function* imageRecords(image: ClusterImage): Iterable<MetadataRecord> {
  // Kafka's reader demands the metadata version before anything that depends on it.
  yield featureLevel("metadata.version", image.metadataVersion);
  for (const [name, level] of image.features)
    if (name !== "metadata.version") yield featureLevel(name, level);
  yield* brokerRecords(image);
  for (const topic of image.topics.values()) {
    yield { name: "TopicRecord", value: { name: topic.name, topicId: topic.id } };
    for (const partition of topic.partitions) yield partitionRecord(topic.id, partition);
  }
  for (const resource of image.configuredResources()) {
    for (const [name, value] of image.config(resource)) yield configRecord(resource, name, value);
  }
  if (image.nextProducerId > 0) {
    yield {
      name: "ProducerIdsRecord",
      value: { brokerId: -1, brokerEpoch: -1, nextProducerId: image.nextProducerId },
    };
  }
  yield* image.kept.values();
}

function* brokerRecords(image: ClusterImage): Iterable<MetadataRecord> {
  for (const broker of image.brokers.values()) {
    yield {
      name: "RegisterBrokerRecord",
      value: {
        brokerId: broker.id,
        isMigratingZkBroker: false,
        incarnationId: broker.incarnationId,
        brokerEpoch: broker.epoch,
        endPoints: [...broker.endpoints],
        features: [...broker.features],
        rack: broker.rack,
        fenced: broker.isFenced,
        inControlledShutdown: broker.isInControlledShutdown,
        logDirs: [...broker.logDirs],
        cordonedLogDirs: broker.cordonedLogDirs === null ? null : [...broker.cordonedLogDirs],
      },
    };
  }
}
