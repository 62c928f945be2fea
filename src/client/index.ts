/*
 * `millrace/client`: a producer, a consumer and an admin for any Kafka cluster. Each works alone, with one line of
 * configuration; several share connections when they are given the same ClusterClient.
 */
export type { ErrorName } from "../tables/errors.ts";
export { Admin } from "./admin/admin.ts";
export { BatchError } from "./admin/admin-batch.ts";
export type { ClusterDescription, ElectionType, LogDirectoryInfo, LogInfo } from "./admin/admin-cluster.ts";
export type {
  ConfigChange,
  ConfigChanges,
  ConfigEntry,
  ConfigResource,
  ConfigResourceKind,
} from "./admin/admin-configs.ts";
export type { CommittedOffset, GroupOffset, ResetTo } from "./admin/admin-group-offsets.ts";
export type { GroupDescription, GroupMember, GroupSummary, ListGroupsOptions } from "./admin/admin-groups.ts";
export type { FoundOffset, ListOffsetsOptions, OffsetPlace, OffsetSpec } from "./admin/admin-offsets.ts";
export type {
  ChangeOptions,
  CreatedTopic,
  DeletedRecords,
  MorePartitions,
  NewTopic,
  RecordsBefore,
} from "./admin/admin-topics.ts";
export { ClientError, KafkaError, type ClientErrorKind } from "./client-error.ts";
export type { ClientMetrics } from "./network/client-metrics.ts";
export { ClusterClient, type CallOptions, type ClusterClientOptions } from "./network/cluster-client.ts";
export type { BrokerInfo, PartitionInfo, TopicInfo } from "./network/cluster-metadata.ts";
export { connectTo, type ClusterOptions, type ConnectionOptions, type TlsOptions } from "./connect.ts";
export { Consumer, type ConsumerMetrics, type ConsumerPosition } from "./consumer/consumer.ts";
export type { AssignorName } from "./consumer/assignors.ts";
export type { ConsumerOptions, RebalanceEvent } from "./consumer/consumer-options.ts";
export type { ConsumerRecord, OffsetToCommit } from "./consumer/consumer-record.ts";
export type { BatchEvent, ClientEvents, EventPartition } from "./diagnostics.ts";
export type { OffsetAndMetadata } from "./consumer/group-offsets.ts";
export type { ClientEnv } from "./network/connection-options.ts";
export type { RecordMetadata } from "./producer/pending-send.ts";
export type { Acks, ProducerOptions } from "./producer/producer-options.ts";
export type { ProducerMetrics } from "./producer/producer-metrics.ts";
export { Producer, type ProducerRecord, type WaitOptions } from "./producer/producer.ts";
export type { RecordHeader } from "../wire/kafka/record-encoding.ts";
export {
  bytes,
  double,
  int32,
  int64,
  json,
  strings,
  type Deserializer,
  type SerializationContext,
  type Serde,
  type Serializer,
} from "./serializers.ts";
export type { TopicPartition, TopicPartitions } from "./topic-partition.ts";
