import type { SeededRandom } from "../../base/seeded-random.ts";
import { Produce } from "../../wire/kafka/messages/index.ts";
import { buildBatch, codecOf, type BatchInput } from "../../wire/kafka/record-batch.ts";

const ZSTD = 4;
const codecs = ["none", "none", "gzip", "snappy", "lz4", "zstd"] as const;

/** Values are names that occur once in a run, with padding behind so that sizes vary. */
export function valueBytes(name: string, random: SeededRandom): Buffer {
  const padding = random.chance(0.1) ? random.below(3000) : random.below(120);
  return Buffer.from(`${name}|${"x".repeat(padding)}`);
}

export function valueName(value: Buffer | null): string | null {
  if (value === null) return null;
  const text = value.toString("latin1");
  const end = text.indexOf("|");
  return end === -1 ? text : text.slice(0, end);
}

export function batchOf(
  names: readonly string[],
  random: SeededRandom,
  rest: Partial<BatchInput> & { timestamp: number },
): Buffer {
  const records = names.map((name, index) => ({
    key: Buffer.from(`k${random.below(6)}`),
    value: valueBytes(name, random),
    // Producers' clocks differ, so times in a log rise and fall.
    timestamp: rest.timestamp + index - random.below(50),
  }));
  return buildBatch({ baseOffset: 0, codec: random.pick(codecs), ...rest, records });
}

/** The versions of Produce that may carry this batch: zstd came with version 7 (KIP-110). */
export function produceVersionsFor(batch: Buffer): readonly [number, number] {
  const [first, last] = Produce.versions;
  return [codecOf(batch, 0) === ZSTD ? 7 : first, last];
}
