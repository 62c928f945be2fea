import { bodyFault, headerFault, type BatchFault } from "../../core/log/check-batch.ts";
import { BATCH_HEADER_BYTES, batchSizeBytes, lastOffsetOf } from "../../wire/kafka/record-batch.ts";
import type { DiskFile } from "../../ports/disk.ts";

const CHUNK_BYTES = 1024 * 1024;
/** So little is read at once: the way through the thread pool would take longer, ten thousand times at a start. */
const SMALL_BYTES = 16 * 1024;

export interface ScanRange {
  /** Where a batch begins. */
  readonly position: number;
  /** Exclusive. */
  readonly end: number;
  /** The first batch's base offset must be this or higher. */
  readonly offsetMin: number;
  /** Offset from whose batch on checksums are verified; Infinity for none. */
  readonly checkFrom: number;
  /** How much is read, and walked without a pause; 1 MiB when absent. */
  readonly chunkBytes?: number;
}

export interface ScanResult {
  /** Behind the last sound batch. */
  readonly end: number;
  /** Offset behind the last sound batch (exclusive); `offsetMin` when there is none. */
  readonly nextOffset: number;
  /** Why the scan ended before the range did; null when it did not, or the visitor ended it. */
  readonly fault: BatchFault | null;
}

/** Sees each batch, whole, at `at` in `bytes`; `position` is its place in the segment. False ends the scan. */
export type BatchVisitor = (bytes: Buffer, at: number, position: number) => boolean | void;

/** Walks the batches of a segment from one to the next, in chunks off the event loop, until one is not sound. */
export async function scanSegment(
  file: DiskFile,
  range: ScanRange,
  visit: BatchVisitor,
): Promise<ScanResult> {
  let { position, offsetMin: nextOffset } = range;
  const chunkBytes = range.chunkBytes ?? CHUNK_BYTES;
  let chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(0, range.end - position)));
  while (position < range.end) {
    const wanted = Math.min(chunk.length, range.end - position);
    const target = chunk.subarray(0, wanted);
    const got = wanted <= SMALL_BYTES ? file.readSync(target, position) : await file.read(target, position);
    const walked = walkChunk(chunk.subarray(0, got), { ...range, position, offsetMin: nextOffset }, visit);
    position += walked.bytes;
    nextOffset = walked.nextOffset;
    if (walked.fault !== null || walked.isEnded) return { end: position, nextOffset, fault: walked.fault };
    if (walked.bytes > 0) continue;
    if (got < wanted) return { end: position, nextOffset, fault: "cut-short" };
    // The batch is larger than the chunk; its header says how large.
    chunk = Buffer.allocUnsafeSlow(Math.max(walked.needed, chunkBytes));
  }
  return { end: position, nextOffset, fault: null };
}

interface Walked {
  readonly bytes: number;
  readonly nextOffset: number;
  readonly fault: BatchFault | null;
  readonly isEnded: boolean;
  /** Bytes that the next batch takes, when it is not whole in the chunk. */
  readonly needed: number;
}

function walkChunk(chunk: Buffer, range: ScanRange, visit: BatchVisitor): Walked {
  let at = 0;
  let nextOffset = range.offsetMin;
  const stop = (part: Partial<Walked>): Walked => ({
    bytes: at,
    nextOffset,
    fault: null,
    isEnded: false,
    needed: 0,
    ...part,
  });
  for (;;) {
    const bytesLeft = range.end - range.position - at;
    if (bytesLeft === 0) return stop({});
    if (chunk.length - at < Math.min(BATCH_HEADER_BYTES, bytesLeft))
      return stop({ needed: BATCH_HEADER_BYTES });
    const fault = headerFault(chunk, at, { offsetMin: nextOffset, bytesLeft });
    if (fault !== null) return stop({ fault });
    const sizeBytes = batchSizeBytes(chunk, at);
    if (at + sizeBytes > chunk.length) return stop({ needed: sizeBytes });
    const lastOffset = lastOffsetOf(chunk, at);
    const damage = lastOffset >= range.checkFrom ? bodyFault(chunk, at) : null;
    if (damage !== null) return stop({ fault: damage });
    const goesOn = visit(chunk, at, range.position + at) !== false;
    at += sizeBytes;
    nextOffset = lastOffset + 1;
    if (!goesOn) return stop({ isEnded: true });
  }
}
