import type { SocketAddress } from "../../ports/network.ts";
import type { ClientEnv } from "../../client/network/connection-options.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import type { ConsumerRecord } from "../../client/consumer/consumer-record.ts";
import { Producer, type ProducerRecord } from "../../client/producer/producer.ts";
import type { PartitionName } from "../invariants/history.ts";
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
  batches(): AsyncIterable<readonly ConsumerRecord[]>;
  seek(place: PartitionName & { readonly offset: number }): void;
  pause(places: readonly PartitionName[]): void;
  resume(places: readonly PartitionName[]): void;
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** Whose client it is, and where: `clientId` is the name of the client in the history. */
export interface Connecting {
  readonly env: ClientEnv;
  readonly address: SocketAddress;
  readonly clientId: string;
}

export function openProducer(connecting: Connecting, settings: ProducerSettings): ProducerUnderTest {
  const producer = new Producer({ ...connectionTo(connecting), ...settings });
  return {
    get bufferedBytes() {
      return producer.metrics.bufferedBytes;
    },
    send: (record) => producer.send(record),
    flush: () => producer.flush(),
    close: () => producer.close(),
  };
}

export function openConsumer(connecting: Connecting, settings: ConsumerSettings): ConsumerUnderTest {
  return new Consumer({ ...connectionTo(connecting), ...settings });
}

function connectionTo({ env, address, clientId }: Connecting) {
  return { env, clientId, bootstrapServers: `${address.host}:${address.port}` };
}
