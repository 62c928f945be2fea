import { ClusterClient } from "../../../src/client/cluster-client.ts";
import { GroupConsumer } from "../../../src/client/consumer.ts";
import { Producer } from "../../../src/client/producer.ts";
import { realEnv } from "../../../src/io/real-env.ts";
import { FETCH_BYTES_MAX, FETCH_WAIT_MS, type TestedClient } from "../tested-client.ts";

function connect(address: string): ClusterClient {
  const { hostname, port } = new URL(`kafka://${address}`);
  const bootstrapServers = [{ host: hostname, port: Number(port) }];
  return new ClusterClient(realEnv({ log: { level: "silent" } }), { bootstrapServers });
}

export const millraceClient: TestedClient = {
  async producer(address, { topic, isIdempotent, lingerMs, batchBytes }) {
    const client = connect(address);
    const producer = new Producer(client, { lingerMs, batchSizeBytes: batchBytes, isIdempotent });
    return {
      sendMany: (values) => Promise.all(values.map((value) => producer.send({ topic, value }))),
      sendOne: (value) => producer.send({ topic, value }),
      close: async () => {
        await producer.close();
        await client.close();
      },
    };
  },
  async consume(address, { topic, groupId, handling, onRecords }) {
    const client = connect(address);
    const consumer = new GroupConsumer(
      client,
      { groupId, topics: [topic] },
      { bytesMax: FETCH_BYTES_MAX, partitionBytesMax: FETCH_BYTES_MAX, waitMsMax: FETCH_WAIT_MS },
    );
    let isOpen = true;
    const reading = (async () => {
      while (isOpen) {
        const records = await consumer.poll();
        if (handling === "each") {
          for (const { value } of records) onRecords(1, value?.length ?? 0);
          continue;
        }
        let bytes = 0;
        for (const { value } of records) bytes += value?.length ?? 0;
        onRecords(records.length, bytes);
      }
    })();
    return {
      async close() {
        isOpen = false;
        await reading;
        await consumer.close();
        await client.close();
      },
    };
  },
};
