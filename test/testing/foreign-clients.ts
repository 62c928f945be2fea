import { Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import type { TestBroker } from "../../src/testing/index.ts";
import { confluent, confluentUnavailable } from "../support/confluent.ts";
import type { ConfluentConfig, ConfluentKafka } from "../support/confluent-types.ts";
import { consumerOf, producerOf } from "./clients.ts";

/*
 * What the tests of every client need of a client. Each is set up as an impatient user would: quick retries, short
 * timeouts. Where clients differ in what they do, the tests say so in their titles.
 */

export interface ForeignRecord {
  readonly value: string;
  readonly key?: string;
  readonly timestampMs?: number;
}

export interface ForeignProducer extends AsyncDisposable {
  send(record: ForeignRecord): Promise<unknown>;
}

export interface ForeignConsumer extends AsyncDisposable {
  /** Of the records that came, in their order. */
  readonly values: readonly string[];
}

export interface ConsumerSettings {
  readonly topic: string;
  readonly groupId: string;
  readonly clientId?: string;
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  /** The application is busy with a record until this resolves. */
  readonly onValue?: (value: string) => Promise<void> | void;
}

export interface ForeignClient {
  readonly name: string;
  /** Why it is not here, or false. */
  readonly skip: string | false;
  /** Whether it heeds the throttle time of an answer; the others leave it to the broker to slow them down (KIP-219). */
  readonly waitsWhenThrottled: boolean;
  /** Whether it joins a new generation of its group while the application is busy with a record. */
  readonly rejoinsWhileBusy: boolean;
  readonly heartbeatsWhileBusy: boolean;
  producer(broker: TestBroker, options?: { readonly idempotent?: boolean }): Promise<ForeignProducer>;
  /** Reads from the start where nothing is committed, and commits by itself all the time. */
  consumer(broker: TestBroker, settings: ConsumerSettings): Promise<ForeignConsumer>;
}

export const SESSION_TIMEOUT_MS = 6_000;
const REBALANCE_TIMEOUT_MS = 60_000;

const kafkajs: ForeignClient = {
  name: "kafkajs",
  skip: false,
  waitsWhenThrottled: true,
  rejoinsWhileBusy: false,
  heartbeatsWhileBusy: false,
  async producer(broker, options = {}) {
    const producer = await producerOf(broker, options);
    return {
      send: ({ value, key, timestampMs }) =>
        producer.send({
          topic: "orders",
          messages: [{ value, ...(key && { key }), ...(timestampMs && { timestamp: String(timestampMs) }) }],
        }),
      [Symbol.asyncDispose]: () => producer.disconnect(),
    };
  },
  consumer: consumerOf,
};

const platformatic: ForeignClient = {
  name: "@platformatic/kafka",
  skip: false,
  waitsWhenThrottled: false,
  rejoinsWhileBusy: true,
  heartbeatsWhileBusy: true,
  async producer(broker, { idempotent = false } = {}) {
    const producer = new Producer({
      clientId: "test",
      bootstrapBrokers: [broker.bootstrapServers],
      serializers: stringSerializers,
      idempotent,
      retries: 200,
      retryDelay: 20,
    });
    return {
      send: ({ value, key, timestampMs }) =>
        producer.send({
          messages: [
            {
              topic: "orders",
              value,
              ...(key && { key }),
              ...(timestampMs && { timestamp: BigInt(timestampMs) }),
            },
          ],
        }),
      [Symbol.asyncDispose]: () => producer.close(true),
    };
  },
  async consumer(broker, settings) {
    const { topic, groupId, clientId = "test", onValue } = settings;
    const consumer = new Consumer({
      clientId,
      groupId,
      bootstrapBrokers: [broker.bootstrapServers],
      deserializers: stringDeserializers,
      sessionTimeout: settings.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      rebalanceTimeout: settings.rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS,
      heartbeatInterval: 200,
      maxWaitTime: 50,
      retries: 200,
      retryDelay: 20,
    });
    const values: string[] = [];
    const stream = await consumer.consume({
      topics: [topic],
      mode: "committed",
      fallbackMode: "earliest",
      autocommit: 50,
    });
    const reading = (async () => {
      for await (const { value } of stream) {
        values.push(value);
        await onValue?.(value);
      }
    })();
    reading.catch(() => undefined); // A test that wants records fails for want of them.
    return { values, [Symbol.asyncDispose]: () => consumer.close(true) };
  },
};

const QUICK: ConfluentConfig = {
  "retry.backoff.ms": 20,
  "retry.backoff.max.ms": 100,
  "reconnect.backoff.ms": 20,
  "reconnect.backoff.max.ms": 100,
  "topic.metadata.refresh.fast.interval.ms": 50,
};

function connect(broker: TestBroker, clientId = "test"): ConfluentKafka {
  const { Kafka, logLevel } = confluent().KafkaJS;
  return new Kafka({
    kafkaJS: { brokers: [broker.bootstrapServers], clientId, logLevel: logLevel.NOTHING },
    ...QUICK,
  });
}

const confluentClient: ForeignClient = {
  name: "Confluent's client",
  skip: confluentUnavailable() ?? false,
  waitsWhenThrottled: false,
  rejoinsWhileBusy: false,
  heartbeatsWhileBusy: true,
  async producer(broker, { idempotent = false } = {}) {
    const producer = connect(broker).producer({ kafkaJS: { idempotent }, "linger.ms": 0 });
    await producer.connect();
    return {
      send: ({ value, key, timestampMs }) =>
        producer.send({
          topic: "orders",
          messages: [{ value, ...(key && { key }), ...(timestampMs && { timestamp: String(timestampMs) }) }],
        }),
      [Symbol.asyncDispose]: () => producer.disconnect(),
    };
  },
  async consumer(broker, settings) {
    const { topic, groupId, clientId, onValue } = settings;
    const consumer = connect(broker, clientId).consumer({
      kafkaJS: {
        groupId,
        fromBeginning: true,
        sessionTimeout: settings.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
        rebalanceTimeout: settings.rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS,
        heartbeatInterval: 200,
        maxWaitTimeInMs: 50,
        autoCommitInterval: 50,
      },
    });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
        await onValue?.(String(message.value));
      },
    });
    return { values, [Symbol.asyncDispose]: () => consumer.disconnect() };
  },
};

export const foreignClients: readonly ForeignClient[] = [kafkajs, platformatic, confluentClient];
