import { createKafkaClient, setLogger, type Client } from "kafka-ts";
import { FETCH_BYTES_MAX, FETCH_WAIT_MS, type TestedClient } from "../tested-client.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function connect(address: string): Client {
  setLogger(silent);
  const { hostname, port } = new URL(`kafka://${address}`);
  return createKafkaClient({ clientId: "bench", bootstrapServers: [{ host: hostname, port: Number(port) }] });
}

/** Its values are strings; the text of a value that comes again and again is made once. */
function textOf(): (value: Buffer) => string {
  let known: Buffer | null = null;
  let text = "";
  return (value) => {
    if (value !== known) text = value.toString("latin1");
    known = value;
    return text;
  };
}

/** kafka-ts is always idempotent, puts together what waits, and hands records over in batches only. */
export const kafkaTsClient: TestedClient = {
  async producer(address, { topic }) {
    const producer = connect(address).createProducer({});
    const text = textOf();
    return {
      sendMany: (values) => producer.send(values.map((value) => ({ topic, value: text(value) }))),
      sendOne: (value) => producer.send([{ topic, value: text(value) }]),
      close: () => producer.close(),
    };
  },
  async consume(address, { topic, groupId, handling, onRecords }) {
    const consumer = await connect(address).startConsumer({
      topics: [topic],
      groupId,
      fromBeginning: true,
      maxBytes: FETCH_BYTES_MAX,
      partitionMaxBytes: FETCH_BYTES_MAX,
      maxWaitMs: FETCH_WAIT_MS,
      onBatch: (messages) => {
        if (handling === "each") {
          for (const { value } of messages) onRecords(1, value?.length ?? 0);
          return;
        }
        let bytes = 0;
        for (const { value } of messages) bytes += value?.length ?? 0;
        onRecords(messages.length, bytes);
      },
    });
    return { close: () => consumer.close() };
  },
};
