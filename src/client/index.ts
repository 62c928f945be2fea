/*
 * `millrace/client`: a producer, a consumer and an admin for any Kafka cluster. Each works alone, with one line of
 * configuration; several share connections when they are given the same ClusterClient.
 */
export type { ErrorName } from "../tables/errors.ts";
export { ClientError, KafkaError, type ClientErrorKind } from "./client-error.ts";
export { ClusterClient, type ClusterClientOptions } from "./cluster-client.ts";
export { connectTo, type ClusterOptions, type ConnectionOptions } from "./connect.ts";
export type { BatchEvent, ClientEvents, EventPartition } from "./diagnostics.ts";
export type { ClientEnv } from "./connection-options.ts";
export { Producer, type Acknowledgement, type ProducerOptions, type ProducerRecord } from "./producer.ts";
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
