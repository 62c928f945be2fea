import { parseSegmentFileName, segmentFileName, type SegmentKind } from "./file-names.ts";

/** One segment, as the names in its directory tell. */
export interface SegmentFacts {
  readonly baseOffset: number;
  readonly hasIndex: boolean;
  readonly hasTimeIndex: boolean;
  readonly hasTransactionIndex: boolean;
}

/** What has to be done with the files of a log before it opens. */
export interface LoadPlan {
  /** Names of files that are left over from something unfinished, or belong to no segment. */
  readonly remove: readonly string[];
  /** Base offsets of rewritten segments whose replacement had been decided: it is finished at start. */
  readonly swaps: readonly number[];
  /** By base offset, ascending; without the swaps. */
  readonly segments: readonly SegmentFacts[];
  /** Offsets of the producer snapshots, ascending. */
  readonly snapshots: readonly number[];
}

/**
 * Reads the state of a log from the names of its files alone. A rewrite was decided once its `.log.swap` exists
 * while no `.cleaned` of the same or a lower offset is left; anything less is undone.
 */
export function planLoad(names: readonly string[]): LoadPlan {
  const files = names.flatMap((name) => {
    const parsed = parseSegmentFileName(name);
    return parsed === null ? [] : [{ name, ...parsed }];
  });
  const staged = (kind: SegmentKind | null, stage: string | null): typeof files =>
    files.filter((file) => file.stage === stage && (kind === null || file.kind === kind));
  const cleaned = staged(null, "cleaned");
  const cleanedMin = Math.min(...cleaned.map((file) => file.baseOffset), Infinity);
  const swaps = staged("log", "swap")
    .map((file) => file.baseOffset)
    .filter((baseOffset) => baseOffset < cleanedMin)
    .toSorted((a, b) => a - b);
  const logs = new Set(staged("log", null).map((file) => file.baseOffset));
  const inPlace = new Set(files.filter((file) => file.stage === null).map((file) => file.name));
  const has = (baseOffset: number, kind: SegmentKind): boolean =>
    inPlace.has(segmentFileName(baseOffset, kind));
  const orphans = files.filter(
    (file) =>
      file.stage === null && file.kind !== "log" && file.kind !== "snapshot" && !logs.has(file.baseOffset),
  );
  const undone = staged(null, "swap").filter((file) => !swaps.includes(file.baseOffset));
  return {
    remove: [...staged(null, "deleted"), ...cleaned, ...undone, ...orphans].map((file) => file.name),
    swaps,
    segments: [...logs]
      .toSorted((a, b) => a - b)
      .map((baseOffset) => ({
        baseOffset,
        hasIndex: has(baseOffset, "index"),
        hasTimeIndex: has(baseOffset, "timeindex"),
        hasTransactionIndex: has(baseOffset, "txnindex"),
      })),
    snapshots: staged("snapshot", null)
      .map((file) => file.baseOffset)
      .toSorted((a, b) => a - b),
  };
}
