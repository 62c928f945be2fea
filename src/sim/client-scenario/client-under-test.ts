import type { SocketAddress } from "../../ports/network.ts";
import { ClusterClient } from "../../client/cluster-client.ts";
import { Consumer } from "../../client/consumer.ts";
import type { ConsumerRecord } from "../../client/consumer-record.ts";
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

export interface ConsumerUnderTest extends AsyncIterable<ConsumerRecord> {
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
  const producer = new Producer({ ...settings, client });
  return {
    get bufferedBytes() {
      return producer.metrics.bufferedBytes;
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
  { requestTimeoutMs, ...settings }: ConsumerSettings,
): ConsumerUnderTest {
  const client = new ClusterClient(env, { bootstrapServers: [address], requestTimeoutMs });
  const consumer = new Consumer({ client, ...settings });
  return {
    [Symbol.asyncIterator]: () => consumer[Symbol.asyncIterator](),
    close: async () => {
      await consumer.close();
      await client.close();
    },
  };
}
