import { batchSizeBytes, lastOffsetOf } from "../wire/kafka/record-batch.ts";
import type { OffsetsPartition } from "./groups/offsets-partition.ts";
import { StorageError } from "./log/storage-error.ts";
import type { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

/** Bytes read at a time while a coordinator loads. */
const LOAD_BYTES = 1024 * 1024;

export interface OffsetsLogOptions {
  readonly partition: Partition;
  readonly partitions: Partitions;
  /** Monotonic clock, in ms. */
  readonly monotonicMs: () => number;
  /** `offsets.commit.timeout.ms`: how long a write may take to be committed. */
  readonly commitTimeoutMs: () => number;
}

/** A partition of `__consumer_offsets`, written with acks=all on behalf of the group coordinator. */
export class OffsetsLog implements OffsetsPartition {
  readonly #options: OffsetsLogOptions;

  constructor(options: OffsetsLogOptions) {
    this.#options = options;
  }

  append(batch: Buffer): Promise<void> {
    const { partition } = this.#options;
    return new Promise((resolve, reject) => {
      const outcome = partition.log.append(batch, {
        leaderEpoch: partition.leaderEpoch,
        origin: "coordinator",
      });
      if (outcome.kind !== "appended") throw new TypeError(`A coordinator's batch was ${outcome.kind}`);
      this.#committed(outcome.lastOffset + 1).then(resolve, reject);
    });
  }

  /** Resolves when everything below `offset` is committed; rejects when that takes too long, or can't be any more. */
  #committed(offset: number): Promise<void> {
    const { partition, partitions, monotonicMs, commitTimeoutMs } = this.#options;
    if (partition.log.isOffline) return Promise.reject(uncommitted(partition));
    return new Promise((resolve, reject) => {
      partition.whenCommitted(offset, monotonicMs() + commitTimeoutMs(), (isCommitted) => {
        if (isCommitted) resolve();
        else reject(uncommitted(partition));
      });
      if (partition.waitingCommits > 0) partitions.expectExpiry(partition);
    });
  }

  async *read(): AsyncIterable<Buffer> {
    const { log } = this.#options.partition;
    const end = log.logEndOffset;
    // After a failed write the log still shows what was written. Members would be told of it as of something that
    // lasts, and a crash takes it back.
    await this.#committed(end);
    let offset = log.logStartOffset;
    while (offset < end) {
      const pieces = await log.read({ offset, maxBytes: LOAD_BYTES, minOneBatch: true, upperOffset: end });
      if (pieces.length === 0) return;
      yield* pieces;
      offset = endOfPieces(pieces);
    }
  }
}

/** The offset behind the last batch. */
function endOfPieces(pieces: readonly Buffer[]): number {
  const last = pieces.at(-1)!;
  let at = 0;
  while (at + batchSizeBytes(last, at) < last.length) at += batchSizeBytes(last, at);
  return lastOffsetOf(last, at) + 1;
}

function uncommitted({ log, topic, index }: Partition): Error {
  const message = `A write to ${topic}-${index} is not known to be committed`;
  return log.isOffline
    ? new StorageError(message, { directory: log.path, isFull: false })
    : new Error(message);
}
