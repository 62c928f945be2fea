/** Which part of the log a snapshot stands for: all below `endOffset` (exclusive), the last of it from `epoch`. */
export interface SnapshotId {
  readonly endOffset: number;
  readonly epoch: number;
}

const OFFSET_DIGITS = 20;
const EPOCH_DIGITS = 10;
const NAME = /^(\d{20})-(\d{10})\.checkpoint$/;

export function snapshotFileName({ endOffset, epoch }: SnapshotId): string {
  const offset = String(endOffset).padStart(OFFSET_DIGITS, "0");
  return `${offset}-${String(epoch).padStart(EPOCH_DIGITS, "0")}.checkpoint`;
}

/** Null when the file is no finished snapshot. */
export function parseSnapshotFileName(name: string): SnapshotId | null {
  const match = NAME.exec(name);
  return match === null ? null : { endOffset: Number(match[1]), epoch: Number(match[2]) };
}

export function compareSnapshots(left: SnapshotId, right: SnapshotId): number {
  return left.endOffset - right.endOffset || left.epoch - right.epoch;
}
