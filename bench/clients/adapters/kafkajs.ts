import kafkajs from "kafkajs";
import { FETCH_BYTES_MAX, FETCH_WAIT_MS, type TestedClient } from "../tested-client.ts";

const { Kafka, logLevel, Partitioners } = kafkajs;

const connect = (address: string): kafkajs.Kafka =>
  new Kafka({ brokers: [address], clientId: "bench", logLevel: logLevel.NOTHING });

/** kafkajs has no batching of its own: what one call sends is one request. */
export const kafkajsClient: TestedClient = {
  async producer(address, { topic, isIdempotent: idempotent }) {
    const producer = connect(address).producer({
      idempotent,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return {
      sendMany: (values) => producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) }),
      sendOne: (value) => producer.send({ topic, acks: -1, messages: [{ value }] }),
      close: () => producer.disconnect(),
    };
  },
  async consume(address, { topic, groupId, handling, onRecords }) {
    const consumer = connect(address).consumer({
      groupId,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      maxWaitTimeInMs: FETCH_WAIT_MS,
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run(
      handling === "each"
        ? { eachMessage: async ({ message }) => onRecords(1, message.value?.length ?? 0) }
        : {
            eachBatch: async ({ batch: { messages } }) => {
              let bytes = 0;
              for (const { value } of messages) bytes += value?.length ?? 0;
              onRecords(messages.length, bytes);
            },
          },
    );
    return { close: () => consumer.disconnect() };
  },
};
