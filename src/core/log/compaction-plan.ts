/** A segment as compaction sees it, the oldest first. */
export interface CompactionSegment {
  readonly baseOffset: number;
  /** Exclusive. */
  readonly endOffset: number;
  readonly sizeBytes: number;
}

export interface CompactionBounds {
  /** Exclusive: what was cleaned before. */
  readonly cleanedTo: number;
  /** Exclusive: no segment that reaches beyond is touched. */
  readonly cleanableTo: number;
}

export interface CompactionRange {
  /** Inclusive: where keys are collected from. */
  readonly firstDirtyOffset: number;
  /** Exclusive. */
  readonly endOffset: number;
  /** How much of what could be cleaned is dirty, 0 to 1. */
  readonly dirtyRatio: number;
}

/** What a pass over the log would clean; null when there is nothing. */
export function compactionRange(
  segments: readonly CompactionSegment[],
  bounds: CompactionBounds,
): CompactionRange | null {
  const cleanable = segments.filter((segment) => segment.endOffset <= bounds.cleanableTo);
  const last = cleanable.at(-1);
  if (last === undefined || last.endOffset <= bounds.cleanedTo) return null;
  let cleanBytes = 0;
  let dirtyBytes = 0;
  for (const segment of cleanable) {
    if (segment.endOffset <= bounds.cleanedTo) cleanBytes += segment.sizeBytes;
    else dirtyBytes += segment.sizeBytes;
  }
  const firstDirtyOffset = Math.max(bounds.cleanedTo, cleanable[0]!.baseOffset);
  const dirtyRatio = dirtyBytes === 0 ? 0 : dirtyBytes / (cleanBytes + dirtyBytes);
  return { firstDirtyOffset, endOffset: last.endOffset, dirtyRatio };
}

const RELATIVE_OFFSET_MAX = 2 ** 31 - 1;

/** Which neighbours become one segment, so that shrunken ones do not pile up. */
export function groupSegments<T extends CompactionSegment>(
  segments: readonly T[],
  segmentBytesMax: number,
): T[][] {
  const groups: T[][] = [];
  let sizeBytes = 0;
  for (const segment of segments) {
    const group = groups.at(-1);
    const first = group?.[0];
    const fits =
      first !== undefined &&
      sizeBytes + segment.sizeBytes <= segmentBytesMax &&
      segment.endOffset - 1 - first.baseOffset <= RELATIVE_OFFSET_MAX;
    if (fits) {
      group!.push(segment);
      sizeBytes += segment.sizeBytes;
    } else {
      groups.push([segment]);
      sizeBytes = segment.sizeBytes;
    }
  }
  return groups;
}
