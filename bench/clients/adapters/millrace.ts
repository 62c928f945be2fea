import { Consumer, Producer } from "../../../src/client/index.ts";
import {
  FETCH_BYTES_MAX,
  FETCH_WAIT_MS,
  type ConsumerSettings,
  type TestedClient,
} from "../tested-client.ts";

/** What one turn of the loop is given at most; other clients hand over all that a request brought. */
const RECORDS_A_BATCH = 2_000;

export const millraceClient: TestedClient = {
  async producer(address, { topic, isIdempotent, lingerMs, batchBytes }) {
    const producer = new Producer({
      bootstrapServers: address,
      isIdempotent,
      lingerMs,
      batchSizeBytes: batchBytes,
    });
    return {
      sendMany: (values) => producer.sendMany(values.map((value) => ({ topic, value }))),
      sendOne: (value) => producer.send({ topic, value }),
      close: () => producer.close(),
    };
  },
  async consume(address, { topic, groupId, handling, onRecords }) {
    const consumer = new Consumer({
      bootstrapServers: address,
      groupId,
      topics: [topic],
      fetchMaxBytes: FETCH_BYTES_MAX,
      maxPartitionFetchBytes: FETCH_BYTES_MAX,
      fetchMaxWaitMs: FETCH_WAIT_MS,
      maxPollRecords: RECORDS_A_BATCH,
    });
    const reading = handling === "each" ? readEach(consumer, onRecords) : readBatches(consumer, onRecords);
    reading.catch(() => undefined); // Without records the measurement fails.
    return { close: () => consumer.close() };
  },
};

async function readEach(consumer: Consumer, onRecords: ConsumerSettings["onRecords"]): Promise<void> {
  for await (const { value } of consumer) onRecords(1, value?.length ?? 0);
}

async function readBatches(consumer: Consumer, onRecords: ConsumerSettings["onRecords"]): Promise<void> {
  for await (const records of consumer.batches()) {
    let bytes = 0;
    for (const { value } of records) bytes += value?.length ?? 0;
    onRecords(records.length, bytes);
  }
}
