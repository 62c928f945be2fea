import type { ProducerBatch } from "./producer-batch.ts";

/** Where a record was stored. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  /** -1 with acks 0, and for a record whose first try had been stored unbeknown to us and long ago. */
  readonly offset: number;
  /** Milliseconds since the epoch: the record's own, or the broker's where the topic wants that. */
  readonly timestamp: number;
}

/**
 * The promise of one record's acknowledgement. Records of a batch share their fate, so nothing is made for one of them
 * beyond this object until somebody asks; a million records a second are sent by those who do not.
 */
export class PendingSend implements Promise<RecordMetadata> {
  readonly #batch: ProducerBatch;
  readonly #index: number;
  readonly #timestamp: number;
  #promise: Promise<RecordMetadata> | null = null;

  constructor(batch: ProducerBatch, index: number, timestamp: number) {
    this.#batch = batch;
    this.#index = index;
    this.#timestamp = timestamp;
  }

  get [Symbol.toStringTag](): string {
    return "PendingSend";
  }

  #settled(): Promise<RecordMetadata> {
    this.#batch.isWatched = true;
    this.#promise ??= new Promise((resolve, reject) => {
      this.#batch.whenSettled(() => {
        const outcome = this.#batch.outcomeAt(this.#index);
        if (outcome instanceof Error) reject(outcome);
        else {
          const timestamp = outcome.logAppendTimeMs < 0 ? this.#timestamp : outcome.logAppendTimeMs;
          const { topic, partition } = this.#batch.target;
          resolve({ topic, partition, offset: outcome.baseOffset, timestamp });
        }
      });
    });
    return this.#promise;
  }

  then<T = RecordMetadata, E = never>(
    onFulfilled?: ((metadata: RecordMetadata) => T | PromiseLike<T>) | null,
    onRejected?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    return this.#settled().then(onFulfilled, onRejected);
  }

  catch<E = never>(
    onRejected?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<RecordMetadata | E> {
    return this.#settled().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<RecordMetadata> {
    return this.#settled().finally(onFinally);
  }
}
