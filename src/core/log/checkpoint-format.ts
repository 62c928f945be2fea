import type { EpochStart } from "./leader-epoch-cache.ts";

/*
 * Kafka's checkpoint files: a version, a count, and that many lines. They are replaced as a whole, so a file
 * that does not parse was torn by a crash and counts as missing.
 */

const VERSION = "0";

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

function encodeLines(lines: readonly string[]): Buffer {
  return Buffer.from([VERSION, String(lines.length), ...lines, ""].join("\n"));
}

function decodeLines(bytes: Buffer): string[][] | null {
  const [version, count, ...rest] = bytes.toString("utf8").split("\n");
  if (version !== VERSION || count === undefined || !/^\d+$/.test(count)) return null;
  const lines = rest.filter((line) => line !== "");
  if (lines.length !== Number(count)) return null;
  return lines.map((line) => line.trim().split(/\s+/));
}

/** Null unless the text is that of a whole number within 2^53. */
function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

export function encodeEpochCheckpoint(starts: readonly EpochStart[]): Buffer {
  return encodeLines(starts.map((start) => `${start.epoch} ${start.startOffset}`));
}

/** Null when the bytes are not a whole checkpoint. */
export function decodeEpochCheckpoint(bytes: Buffer): EpochStart[] | null {
  const lines = decodeLines(bytes);
  if (lines === null) return null;
  const starts: EpochStart[] = [];
  for (const line of lines) {
    const epoch = wholeNumber(line[0]);
    const startOffset = wholeNumber(line[1]);
    if (epoch === null || startOffset === null) return null;
    starts.push({ epoch, startOffset });
  }
  return starts;
}

export function encodeOffsetCheckpoint(offsets: readonly PartitionOffset[]): Buffer {
  return encodeLines(offsets.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`));
}

/** Null when the bytes are not a whole checkpoint. */
export function decodeOffsetCheckpoint(bytes: Buffer): PartitionOffset[] | null {
  const lines = decodeLines(bytes);
  if (lines === null) return null;
  const offsets: PartitionOffset[] = [];
  for (const line of lines) {
    const topic = line[0];
    const partition = wholeNumber(line[1]);
    const offset = wholeNumber(line[2]);
    if (topic === undefined || partition === null || offset === null) return null;
    offsets.push({ topic, partition, offset });
  }
  return offsets;
}
