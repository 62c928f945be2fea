import type { SocketAddress } from "../../ports/network.ts";
import { ClusterClient } from "../../client/cluster-client.ts";
import { GroupConsumer } from "../../client/consumer.ts";
import type { ConsumedRecord } from "../../client/fetcher.ts";
import type { ClientEnv } from "../../client/connection-options.ts";
import { Producer, type ProducerRecord } from "../../client/producer.ts";
import type { ConsumerSettings, ProducerSettings } from "./client-swarm.ts";

/*
 * The client as this scenario drives it: the one file that knows its constructors.
 */

export interface ProducerUnderTest {
  /** Bytes of records that are buffered or not yet acknowledged, by its own account. */
  readonly bufferedBytes: number;
  send(record: ProducerRecord): Promise<{ readonly partition: number; readonly offset: number }>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ConsumerUnderTest extends AsyncIterable<ConsumedRecord> {
  close(): Promise<void>;
}

/** Sends wait this long at most until there is room and the topic is known. */
export const BLOCK_MS_MAX = 60_000;

export function openProducer(
  env: ClientEnv,
  address: SocketAddress,
  { requestTimeoutMs, ...settings }: ProducerSettings,
): ProducerUnderTest {
  const client = new ClusterClient(env, { bootstrapServers: [address], requestTimeoutMs });
  const producer = new Producer(client, settings);
  return {
    get bufferedBytes() {
      return producer["accumulator"].bufferedBytes;
    },
    send: async (record) => await producer.send(record),
    flush: async () => await producer.flush(),
    close: async () => {
      await producer.close();
      await client.close();
    },
  };
}

export function openConsumer(
  env: ClientEnv,
  address: SocketAddress,
  { requestTimeoutMs, waitMsMax, partitionBytesMax, ...group }: ConsumerSettings,
): ConsumerUnderTest {
  const client = new ClusterClient(env, { bootstrapServers: [address], requestTimeoutMs });
  const consumer = new GroupConsumer(client, group, {
    waitMsMax,
    partitionBytesMax,
    offsetReset: "earliest",
  });
  let isClosing = false;
  let isInside = false;
  let polled = Promise.resolve();
  let closing: Promise<void> | null = null;
  const close = async () => {
    isClosing = true;
    await polled;
    if (isInside) consumer["processed"].clear();
    await consumer.close();
    await client.close();
  };
  return {
    async *[Symbol.asyncIterator]() {
      while (!isClosing) {
        const polling = consumer.poll();
        polled = polling.then(
          () => {},
          () => {},
        );
        const records = await polling;
        if (isClosing) return;
        isInside = true;
        for (const record of records) {
          yield record;
          if (isClosing) return;
        }
        isInside = false;
      }
    },
    close: async () => await (closing ??= close()),
  };
}
