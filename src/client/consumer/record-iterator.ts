import { ClientError } from "../client-error.ts";
import type { ConsumerRecord } from "./consumer-record.ts";
import type { Delivery } from "./delivery.ts";

/** What iterators draw from. */
export interface RecordSource<K, V> {
  /** The next delivery; null at the end. */
  next(isBatch: boolean): Promise<Delivery<K, V> | null>;
  stop(): Promise<void>;
}

type Batch<K, V> = readonly ConsumerRecord<K, V>[];

const DONE = { done: true, value: undefined } as const;

/** One call of `next` at a time: the next one says that the record of the last has been worked through. */
class Turnstile {
  private isBusy = false;

  async pass<T>(step: () => Promise<T>): Promise<T> {
    if (this.isBusy) {
      throw new ClientError(
        "invalid",
        "next() was called while it was waiting: one loop may read a consumer at a time",
      );
    }
    this.isBusy = true;
    try {
      return await step();
    } finally {
      this.isBusy = false;
    }
  }
}

/** Records one by one, without waiting for anything while more of a delivery are at hand. */
export class RecordIterator<K, V> implements AsyncIterableIterator<ConsumerRecord<K, V>> {
  private readonly source: RecordSource<K, V>;
  private readonly turnstile = new Turnstile();
  private delivery: Delivery<K, V> | null = null;

  constructor(source: RecordSource<K, V>) {
    this.source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    const { delivery } = this;
    if (delivery !== null && delivery.index < delivery.records.length) {
      const value = delivery.records[delivery.index]!;
      delivery.index += 1;
      return Promise.resolve({ done: false, value });
    }
    return this.turnstile.pass(async () => await this.refill());
  }

  private async refill(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    this.delivery = null;
    this.delivery = await this.source.next(false);
    if (this.delivery !== null) return { done: false, value: this.delivery.records[0]! };
    await this.source.stop();
    return DONE;
  }

  /** Called by a loop that is left, also by an error of its body: the record at hand is read again later. */
  async return(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    this.delivery = null;
    await this.source.stop();
    return DONE;
  }
}

/** Records by the batch. */
export class BatchIterator<K, V> implements AsyncIterableIterator<Batch<K, V>> {
  private readonly source: RecordSource<K, V>;
  private readonly turnstile = new Turnstile();

  constructor(source: RecordSource<K, V>) {
    this.source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Batch<K, V>, undefined>> {
    return await this.turnstile.pass(async () => {
      const delivery = await this.source.next(true);
      if (delivery !== null) return { done: false, value: delivery.records };
      await this.source.stop();
      return DONE;
    });
  }

  async return(): Promise<IteratorResult<Batch<K, V>, undefined>> {
    await this.source.stop();
    return DONE;
  }
}
