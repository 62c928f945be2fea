import type { Random } from "../../ports/random.ts";

const MURMUR_SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** 32-bit murmur2 as Java's Kafka client computes it: signed, little-endian words. */
export function murmur2(bytes: Buffer): number {
  const wordsEnd = bytes.length & ~3;
  let hash = MURMUR_SEED ^ bytes.length;
  for (let at = 0; at < wordsEnd; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const tail = bytes.length - wordsEnd;
  if (tail >= 3) hash ^= bytes[wordsEnd + 2]! << 16;
  if (tail >= 2) hash ^= bytes[wordsEnd + 1]! << 8;
  if (tail >= 1) hash = Math.imul(hash ^ bytes[wordsEnd]!, MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** The partition of a keyed record: the one that a Java producer would choose. */
export function partitionOfKey(key: Buffer, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}

/** What a sticky partitioner must know of a partition. */
export interface PartitionView {
  /** What is open there, with regard to the record at hand. */
  open(partition: number): "has-room" | "full" | "none";
  /** Batches that wait there: the more, the slower is its leader. */
  waiting(partition: number): number;
}

/**
 * Where a topic's records without a key go. One partition is kept until a batch of it is full, or until `stickyBytes`
 * went there in smaller batches: one batch for one partition costs less than small ones for all. Then two others are
 * drawn, and the one with fewer batches waiting is taken: all get the same in the long run, unless one of them is slow
 * (KIP-480, KIP-794).
 */
export class StickyPartitioner {
  private choices: readonly number[] = [];
  private readonly random: Random;
  private readonly stickyBytes: number;
  private current = -1;
  private sentBytes = 0;

  constructor(random: Random, stickyBytes: number) {
    this.random = random;
    this.stickyBytes = stickyBytes;
  }

  /** Sets the partitions to choose from; there must be one before `next`. */
  chooseFrom(choices: readonly number[]): void {
    this.choices = choices;
    if (!choices.includes(this.current)) this.current = -1;
  }

  next(sizeBytes: number, view: PartitionView): number {
    if (!this.mayStay(view)) {
      this.current = this.draw(view);
      this.sentBytes = 0;
    }
    this.sentBytes += sizeBytes;
    return this.current;
  }

  private mayStay(view: PartitionView): boolean {
    if (this.current < 0) return false;
    const open = view.open(this.current);
    return open === "has-room" || (open === "none" && this.sentBytes < this.stickyBytes);
  }

  private draw(view: PartitionView): number {
    const others = this.choices.filter((partition) => partition !== this.current);
    const among = others.length > 0 ? others : this.choices;
    const one = among[this.random.below(among.length)]!;
    const other = among[this.random.below(among.length)]!;
    return view.waiting(other) < view.waiting(one) ? other : one;
  }
}
