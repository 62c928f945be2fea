/*
 * The names that Kafka gives to the files of a log. A segment's files carry its base offset in 20 digits; a
 * further suffix says that the file is being made (`cleaned`), moves in (`swap`) or goes away (`deleted`).
 */

export const SEGMENT_KINDS = ["log", "index", "timeindex", "txnindex", "snapshot"] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];
export type FileStage = "cleaned" | "swap" | "deleted";

export interface SegmentFileName {
  readonly baseOffset: number;
  readonly kind: SegmentKind;
  /** Null for a file in its place. */
  readonly stage: FileStage | null;
}

export const EPOCH_CHECKPOINT = "leader-epoch-checkpoint";
export const PARTITION_METADATA = "partition.metadata";

const OFFSET_DIGITS = 20;
const SEGMENT_FILE = /^(\d{20})\.(log|index|timeindex|txnindex|snapshot)(?:\.(cleaned|swap|deleted))?$/;
const PARTITION_DIRECTORY = /^([a-zA-Z0-9._-]{1,249})-(\d{1,10})$/;
const DOOMED_DIRECTORY = /^.+-\d+\.[0-9a-f]{32}-delete$/;

export function segmentFileName(
  baseOffset: number,
  kind: SegmentKind,
  stage: FileStage | null = null,
): string {
  const name = `${String(baseOffset).padStart(OFFSET_DIGITS, "0")}.${kind}`;
  return stage === null ? name : `${name}.${stage}`;
}

/** Null when the name is not that of a segment's file. */
export function parseSegmentFileName(name: string): SegmentFileName | null {
  const match = SEGMENT_FILE.exec(name);
  if (match === null) return null;
  const baseOffset = Number(match[1]);
  if (!Number.isSafeInteger(baseOffset)) return null;
  return { baseOffset, kind: match[2] as SegmentKind, stage: (match[3] as FileStage | undefined) ?? null };
}

export function partitionDirectoryName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/** Null for directories that hold no live partition. */
export function parsePartitionDirectory(name: string): { topic: string; partition: number } | null {
  const match = PARTITION_DIRECTORY.exec(name);
  if (match === null || isDoomedDirectory(name)) return null;
  return { topic: match[1]!, partition: Number(match[2]) };
}

/** The name that a partition's directory takes when it is deleted or belongs to nobody; `token` is 32 hex digits. */
export function retiredDirectoryName(directory: string, token: string, as: "delete" | "stray"): string {
  return `${directory}.${token}-${as}`;
}

/** A directory of a deleted partition, whose removal was not finished. */
export function isDoomedDirectory(name: string): boolean {
  return DOOMED_DIRECTORY.test(name);
}
