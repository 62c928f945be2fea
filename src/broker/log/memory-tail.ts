import type { BufferPool } from "../../base/buffer-pool.ts";

/*
 * The last batches of a log, in memory, so that consumers at its end need no read, unless more than a tail lies
 * between the end and what is synced.
 *
 * Small batches are copied into slabs of the tail's own: what they arrived in is used for the next request, and
 * they must not hold on to a large chunk. A batch that fills most of the memory it arrived in is not copied: the
 * tail keeps that memory. Either is used again once its batches have left and all readers have given back what
 * they got. From those who do not say so it is safe as well: then only the garbage collector knows.
 *
 * A log that nobody reads at its end has no tail, which would be work and memory for nobody. So a tail is given
 * up when as many bytes as it may hold have come without a reader, and begun anew when one has caught up.
 */

const SLAB_BYTES_MIN = 4 * 1024;
const SLAB_BYTES_MAX = 2 * 1024 * 1024;
/** A tail is given up slab by slab, so it must have several. */
const SLABS_MIN = 4;
/** A batch keeps the memory it arrived in when it is at least this part of it. */
const KEPT_SHARE_MIN = 3 / 4;
const COMPACT_AT = 1024;

/** The bound over all tails of a store. The memory taken first is given back first, whoever's it is. */
export class TailBudget {
  /** Where slabs come from, and large requests. */
  readonly pool: BufferPool;
  /** How many pieces of it readers have. */
  private readonly pieces = new WeakMap<ArrayBufferLike, number>();
  /** No tail's any more, but some readers'. */
  private readonly abandoned = new WeakSet<ArrayBufferLike>();
  private readonly totalMax: number;
  private total = 0;
  private queue: MemoryTail[] = [];
  private head = 0;

  constructor(totalBytesMax: number, pool: BufferPool) {
    this.totalMax = totalBytesMax;
    this.pool = pool;
  }

  get totalBytes(): number {
    return this.total;
  }

  take(tail: MemoryTail, bytes: number): void {
    this.total += bytes;
    this.queue.push(tail);
    while (this.total > this.totalMax && this.head < this.queue.length) {
      this.queue[this.head]!.onBudgetTurn();
      this.head += 1;
    }
    if (this.head >= COMPACT_AT && this.head * 2 >= this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
  }

  giveBack(bytes: number): void {
    this.total -= bytes;
  }

  /** A reader gets a piece of this memory. */
  lend(memory: ArrayBufferLike): void {
    this.pieces.set(memory, (this.pieces.get(memory) ?? 0) + 1);
  }

  /** A reader is done with a piece that it got; once for each. */
  takeBack(piece: Buffer): void {
    const memory = piece.buffer;
    const count = this.pieces.get(memory);
    if (count === undefined) return;
    if (count > 1) this.pieces.set(memory, count - 1);
    else {
      this.pieces.delete(memory);
      if (this.abandoned.delete(memory)) this.pool.release(memory);
    }
  }

  /** The last batch in this memory has left its tail. */
  abandon(memory: ArrayBufferLike): void {
    if (this.pieces.has(memory)) this.abandoned.add(memory);
    else this.pool.release(memory);
  }
}

export interface TailOptions {
  readonly budget: TailBudget;
  /** Bound of this tail alone. */
  readonly bytesMax: number;
}

export interface TailRead {
  readonly offset: number;
  readonly maxBytes: number;
  /** Return the first batch even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean;
  /** Exclusive: batches that begin at or behind it stay out. */
  readonly upperOffset: number;
}

export class MemoryTail {
  private readonly budget: TailBudget;
  private readonly bytesMax: number;
  private readonly slabBytesMax: number;
  private buffers: Buffer[] = [];
  private lastOffsets: number[] = [];
  private baseOffsets: number[] = [];
  /** Memory that entry keeps alive and the one before it does not; 0 when they share it. */
  private charges: number[] = [];
  private head = 0;
  private from: number;
  private chargedBytes = 0;
  private slab: Buffer | null = null;
  private slabUsed = 0;
  private slabBytes: number;
  /** Appended since somebody read here or waited for more. */
  private unreadBytes = 0;
  /** Blocks that left early, whose turns in the budget's queue are still to come. */
  private turnsToSkip = 0;

  constructor(options: TailOptions, startOffset: number) {
    this.budget = options.budget;
    this.bytesMax = options.bytesMax;
    this.slabBytesMax = Math.min(SLAB_BYTES_MAX, Math.floor(options.bytesMax / SLABS_MIN));
    this.slabBytes = Math.min(SLAB_BYTES_MIN, this.slabBytesMax);
    this.from = startOffset;
  }

  /** Everything from this offset on (inclusive) is here. */
  get startOffset(): number {
    return this.from;
  }

  get sizeBytes(): number {
    return this.chargedBytes;
  }

  /** Takes the batch's memory or a copy of it. Both offsets are inclusive. */
  append(batch: Buffer, baseOffset: number, lastOffset: number): void {
    this.unreadBytes += batch.length;
    if (this.unreadBytes > this.bytesMax) {
      if (this.buffers.length > 0) this.reset(lastOffset + 1);
      else this.from = lastOffset + 1;
      return;
    }
    const kept = this.keepsWhole(batch) ? batch : this.copyOf(batch);
    const sharesMemory = this.buffers.at(-1)?.buffer === kept.buffer;
    const charge = sharesMemory ? 0 : kept.buffer.byteLength;
    this.buffers.push(kept);
    this.baseOffsets.push(baseOffset);
    this.lastOffsets.push(lastOffset);
    this.charges.push(charge);
    if (charge === 0) return;
    this.chargedBytes += charge;
    while (this.chargedBytes > this.bytesMax && this.head < this.buffers.length) {
      this.dropOldestBlock();
      this.turnsToSkip += 1;
    }
    this.budget.take(this, charge);
  }

  /** Somebody has read all that there is: what comes next will be asked for soon. */
  expectReader(): void {
    this.unreadBytes = 0;
  }

  /** Takes over the memory of a batch that fills it and is the pool's. */
  private keepsWhole(batch: Buffer): boolean {
    const memoryBytes = batch.buffer.byteLength;
    if (batch.length < memoryBytes * KEPT_SHARE_MIN || memoryBytes > this.slabBytesMax) return false;
    if (!this.budget.pool.keep(batch)) return false;
    // Memory is given up in the order in which it was taken, so this ends the slab before it.
    this.slab = null;
    this.slabBytes = Math.min(SLAB_BYTES_MIN, this.slabBytesMax);
    return true;
  }

  private copyOf(batch: Buffer): Buffer {
    if (this.slab === null || this.slabUsed + batch.length > this.slab.length) {
      // Slabs grow with use: ten thousand quiet partitions must not hold megabytes each.
      this.slab = this.budget.pool.take(Math.max(this.slabBytes, batch.length));
      this.budget.pool.keep(this.slab);
      this.slabBytes = Math.min(this.slabBytesMax, this.slabBytes * 2);
      this.slabUsed = 0;
    }
    const copy = this.slab.subarray(this.slabUsed, this.slabUsed + batch.length);
    batch.copy(copy);
    this.slabUsed += batch.length;
    return copy;
  }

  /** The batches from the one that holds `offset` on, neighbours in memory joined; null when it is not here. */
  read(request: TailRead): Buffer[] | null {
    if (request.offset < this.from) return null;
    this.unreadBytes = 0;
    const result: Buffer[] = [];
    let sizeBytes = 0;
    let run: Buffer | null = null;
    let runBytes = 0;
    for (let index = this.find(request.offset); index < this.buffers.length; index += 1) {
      const batch = this.buffers[index]!;
      if (this.baseOffsets[index]! >= request.upperOffset) break;
      const mustTake = sizeBytes === 0 && request.minOneBatch;
      if (sizeBytes + batch.length > request.maxBytes && !mustTake) break;
      sizeBytes += batch.length;
      if (run !== null && run.buffer === batch.buffer && run.byteOffset + runBytes === batch.byteOffset) {
        runBytes += batch.length;
        continue;
      }
      if (run !== null) result.push(joined(run, runBytes));
      run = batch;
      runBytes = batch.length;
    }
    if (run !== null) result.push(joined(run, runBytes));
    for (const piece of result) this.budget.lend(piece.buffer);
    return result;
  }

  /** The first entry that ends at `offset` or later. */
  private find(offset: number): number {
    let low = this.head;
    let high = this.lastOffsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.lastOffsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets everything; what comes next begins at `startOffset`. */
  reset(startOffset: number): void {
    while (this.head < this.buffers.length) {
      this.dropOldestBlock();
      this.turnsToSkip += 1;
    }
    this.compact();
    this.slab = null;
    this.from = startOffset;
  }

  /** Forgets what lies below `offset`: the disk holds something else there now. */
  forgetBelow(offset: number): void {
    while (this.from < offset && this.head < this.buffers.length) {
      this.dropOldestBlock();
      this.turnsToSkip += 1;
    }
  }

  /** Called by the budget when this tail's oldest block is the oldest of all. */
  onBudgetTurn(): void {
    if (this.turnsToSkip > 0) this.turnsToSkip -= 1;
    else this.dropOldestBlock();
  }

  private dropOldestBlock(): void {
    if (this.head >= this.buffers.length) return;
    const charge = this.charges[this.head]!;
    const { buffer } = this.buffers[this.head]!;
    do {
      this.from = this.lastOffsets[this.head]! + 1;
      this.buffers[this.head] = EMPTY; // The slot stays until compaction; its memory goes now.
      this.head += 1;
    } while (this.head < this.buffers.length && this.charges[this.head] === 0);
    if (this.head === this.buffers.length) this.slab = null;
    this.budget.abandon(buffer);
    this.chargedBytes -= charge;
    this.budget.giveBack(charge);
    if (this.head >= COMPACT_AT && this.head * 2 >= this.buffers.length) this.compact();
  }

  private compact(): void {
    this.buffers.splice(0, this.head);
    this.baseOffsets.splice(0, this.head);
    this.lastOffsets.splice(0, this.head);
    this.charges.splice(0, this.head);
    this.head = 0;
  }
}

const EMPTY = Buffer.alloc(0);

function joined(first: Buffer, sizeBytes: number): Buffer {
  if (first.length === sizeBytes) return first;
  return Buffer.from(first.buffer, first.byteOffset, sizeBytes);
}
