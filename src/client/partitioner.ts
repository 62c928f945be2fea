import type { Random } from "../ports/random.ts";

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

/**
 * Where records without a key go. One partition is kept until `stickyBytes` went there, because a batch for
 * one partition costs less than small ones for all; then another is drawn (KIP-480, KIP-794).
 */
export class StickyPartitioner {
  private readonly random: Random;
  private readonly stickyBytes: number;
  private readonly current = new Map<string, { partition: number; sentBytes: number }>();

  constructor(random: Random, stickyBytes: number) {
    this.random = random;
    this.stickyBytes = stickyBytes;
  }

  next(topic: string, sizeBytes: number, available: readonly number[]): number {
    const sticky = this.current.get(topic);
    if (sticky !== undefined && sticky.sentBytes < this.stickyBytes && available.includes(sticky.partition)) {
      sticky.sentBytes += sizeBytes;
      return sticky.partition;
    }
    const others = available.filter((partition) => partition !== sticky?.partition);
    const choices = others.length > 0 ? others : available;
    const partition = choices[this.random.below(choices.length)]!;
    this.current.set(topic, { partition, sentBytes: sizeBytes });
    return partition;
  }
}
