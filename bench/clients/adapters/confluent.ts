import { once } from "node:events";
import { confluent } from "../../../test/support/confluent.ts";
import type { StandardConsumer, StandardProducer } from "../../../test/support/confluent-types.ts";
import {
  FETCH_BYTES_MAX,
  FETCH_WAIT_MS,
  type ConsumerSettings,
  type ProducerSettings,
  type TestedClient,
  type TestedProducer,
} from "../tested-client.ts";

/** What one call of `consume` asks for at most. */
const RECORDS_A_CALL = 2_000;
const LINGERING_RECORDS_MAX = 1_000_000;

/** What waits for the reports of one call's records. */
interface Call {
  unreported: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Confluent's client has two APIs: one like kafkajs's, with promises, and its standard API of callbacks and events, which
 * takes half the processor time a record. The faster one is measured. librdkafka gathers batches on its own threads.
 */
export const confluentClient: TestedClient = {
  async producer(address, settings) {
    const { Producer } = confluent();
    const producer = new Producer({
      "bootstrap.servers": address,
      acks: -1,
      "enable.idempotence": settings.isIdempotent,
      "linger.ms": settings.lingerMs,
      "batch.size": settings.batchBytes,
      "batch.num.messages": 100_000,
      "queue.buffering.max.messages": LINGERING_RECORDS_MAX,
      dr_cb: true,
    });
    producer.connect();
    await once(producer, "ready");
    producer.setPollInBackground(true);
    return handOver(producer, settings);
  },
  async consume(address, { topic, groupId, handling, onRecords }) {
    const { KafkaConsumer } = confluent();
    const consumer = new KafkaConsumer(
      {
        "bootstrap.servers": address,
        "group.id": groupId,
        "fetch.message.max.bytes": FETCH_BYTES_MAX,
        "fetch.wait.max.ms": FETCH_WAIT_MS,
        "queued.max.messages.kbytes": 262_144,
      },
      { "auto.offset.reset": "earliest" },
    );
    consumer.connect();
    await once(consumer, "ready");
    consumer.subscribe([topic]);
    pull(consumer, { handling, onRecords });
    return {
      async close() {
        consumer.disconnect();
        await once(consumer, "disconnected");
      },
    };
  },
};

function handOver(producer: StandardProducer, { topic }: ProducerSettings): TestedProducer {
  producer.on("delivery-report", (error, { opaque }) => {
    const call = opaque as Call;
    call.unreported -= 1;
    if (error !== null && error !== undefined) call.reject(error);
    else if (call.unreported === 0) call.resolve();
  });
  const send = (values: readonly Buffer[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const call: Call = { unreported: values.length, resolve, reject };
      for (const value of values) producer.produce(topic, null, value, null, 0, call);
    });
  return {
    sendMany: send,
    sendOne: (value) => send([value]),
    async close() {
      producer.disconnect();
      await once(producer, "disconnected");
    },
  };
}

/**
 * Asks for the next records when it has been given the last ones. The other way, a `data` event for each record from a
 * thread of its own, takes twice the processor time and lets no timer through.
 */
function pull(consumer: StandardConsumer, settings: Pick<ConsumerSettings, "handling" | "onRecords">): void {
  const { handling, onRecords } = settings;
  consumer.consume(RECORDS_A_CALL, (_error, messages = []) => {
    let bytes = 0;
    for (const { value } of messages) {
      if (handling === "each") onRecords(1, value?.length ?? 0);
      else bytes += value?.length ?? 0;
    }
    if (handling === "batches" && messages.length > 0) onRecords(messages.length, bytes);
    if (consumer.isConnected()) setImmediate(pull, consumer, settings);
  });
}
