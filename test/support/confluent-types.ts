import type { EventEmitter } from "node:events";

/*
 * What we use of Confluent's client. Its own declarations are at hand only where it was built, and the types of this
 * project must not depend on that.
 */

export interface ConfluentModule {
  readonly librdkafkaVersion: string;
  /** The standard API: callbacks and events. */
  readonly Producer: new (config: ConfluentConfig) => StandardProducer;
  readonly KafkaConsumer: new (config: ConfluentConfig, ofTopics: ConfluentConfig) => StandardConsumer;
  /** The API that follows kafkajs. */
  readonly KafkaJS: {
    readonly Kafka: new (config: ConfluentConfig) => ConfluentKafka;
    readonly logLevel: { readonly NOTHING: number };
  };
}

export interface StandardProducer extends EventEmitter {
  connect(): void;
  disconnect(): void;
  setPollInBackground(on: boolean): void;
  /** `opaque` comes back with the delivery report. */
  produce(
    topic: string,
    partition: number | null,
    value: Buffer,
    ...rest: readonly [key: Buffer | null, timestamp: number, opaque: unknown]
  ): unknown;
  on(
    event: "delivery-report",
    listener: (error: Error | null | undefined, report: { readonly opaque?: unknown }) => void,
  ): this;
}

export interface StandardConsumer extends EventEmitter {
  connect(): void;
  disconnect(): void;
  isConnected(): boolean;
  subscribe(topics: readonly string[]): void;
  consume(
    count: number,
    callback: (error: Error | null, messages?: readonly { readonly value: Buffer | null }[]) => void,
  ): void;
}

/** librdkafka's properties beside those that the client knows by their names in kafkajs. */
export interface ConfluentConfig {
  readonly kafkaJS?: Readonly<Record<string, unknown>>;
  readonly [property: string]: unknown;
}

export interface ConfluentKafka {
  producer(config?: ConfluentConfig): ConfluentProducer;
  consumer(config: ConfluentConfig): ConfluentConsumer;
  admin(config?: ConfluentConfig): ConfluentAdmin;
}

interface Connects {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

export interface ConfluentProducer extends Connects {
  send(record: {
    readonly topic: string;
    readonly messages: readonly {
      key?: Buffer | string | null;
      value: Buffer | string | null;
      partition?: number;
      timestamp?: string;
    }[];
  }): Promise<unknown>;
  flush(options?: { readonly timeout?: number }): Promise<void>;
}

export interface ConfluentMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly offset: string;
}

export interface ConfluentConsumer extends Connects {
  subscribe(options: { readonly topics: readonly string[] }): Promise<void>;
  run(options: {
    eachMessage?(payload: {
      readonly topic: string;
      readonly partition: number;
      readonly message: ConfluentMessage;
    }): Promise<void>;
    eachBatch?(payload: {
      readonly batch: { readonly partition: number; readonly messages: readonly ConfluentMessage[] };
    }): Promise<void>;
  }): Promise<void>;
  seek(position: { readonly topic: string; readonly partition: number; readonly offset: string }): void;
  assignment(): readonly { readonly topic: string; readonly partition: number }[];
}

interface LowAndHigh {
  readonly partition: number;
  readonly offset: string;
  readonly low: string;
  readonly high: string;
}

export interface ConfluentAdmin extends Connects {
  createTopics(options: {
    readonly topics: readonly { readonly topic: string; readonly numPartitions?: number }[];
  }): Promise<boolean>;
  deleteTopics(options: { readonly topics: readonly string[] }): Promise<void>;
  listTopics(): Promise<string[]>;
  fetchTopicMetadata(options: {
    readonly topics: readonly string[];
  }): Promise<readonly { readonly name: string; readonly partitions: readonly unknown[] }[]>;
  fetchTopicOffsets(topic: string): Promise<LowAndHigh[]>;
  fetchTopicOffsetsByTimestamp(
    topic: string,
    timestamp?: number,
  ): Promise<{ readonly partition: number; readonly offset: string }[]>;
  deleteTopicRecords(options: {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }): Promise<unknown>;
  listGroups(): Promise<{ readonly groups: readonly { readonly groupId: string }[] }>;
  describeGroups(groups: readonly string[]): Promise<{
    readonly groups: readonly { readonly groupId: string; readonly members: readonly unknown[] }[];
  }>;
  deleteGroups(groups: readonly string[]): Promise<unknown>;
  fetchOffsets(options: { readonly groupId: string; readonly topics?: readonly string[] }): Promise<
    readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[]
  >;
}
