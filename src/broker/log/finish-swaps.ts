import { parseSegmentFileName, segmentFileName } from "../../core/log/file-names.ts";
import type { LogContext } from "./log-context.ts";
import { scanSegment } from "./scan-segment.ts";

/**
 * Finishes rewrites that a crash has interrupted behind their point of no return: the rewritten segment, whole
 * and synced, waits as `.log.swap`; the segments whose offsets it covers go, and it takes their place.
 */
export async function finishSwaps(
  context: LogContext,
  path: string,
  swaps: readonly number[],
): Promise<void> {
  const { disk } = context.env;
  for (const baseOffset of swaps) {
    const last = await lastOffsetOfSwap(
      context,
      `${path}/${segmentFileName(baseOffset, "log", "swap")}`,
      baseOffset,
    );
    for (const { name } of disk.list(path)) {
      const file = parseSegmentFileName(name);
      if (file === null || file.stage !== null || file.kind === "snapshot") continue;
      if (file.baseOffset >= baseOffset && file.baseOffset <= last) disk.remove(`${path}/${name}`);
    }
    for (const kind of ["index", "timeindex", "txnindex", "log"] as const) {
      const swap = `${path}/${segmentFileName(baseOffset, kind, "swap")}`;
      if (disk.stat(swap) !== null) disk.rename(swap, `${path}/${segmentFileName(baseOffset, kind)}`);
    }
  }
  await disk.syncDirectory(path);
}

/** Inclusive; the base offset when the segment is empty. */
async function lastOffsetOfSwap(context: LogContext, path: string, baseOffset: number): Promise<number> {
  const file = context.env.disk.open(path, "read");
  try {
    const range = { position: 0, end: file.size(), offsetMin: baseOffset, checkFrom: Infinity };
    const { nextOffset } = await scanSegment(file, range, () => true);
    return Math.max(baseOffset, nextOffset - 1);
  } finally {
    file.close();
  }
}
