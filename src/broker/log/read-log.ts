import { assert } from "../../base/assert.ts";
import type { BufferPool } from "../../base/buffer-pool.ts";
import {
  baseOffsetOf,
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  lastOffsetOf,
} from "../../wire/kafka/record-batch.ts";
import type { TailRead } from "./memory-tail.ts";
import type { Segment } from "./segment.ts";

/** The index leads to within about this distance of what is asked for. */
const APPROACH_BYTES = 8 * 1024;
/** One read takes this much at most: a client's large limit must not claim as much memory, and pools hold no more. */
const READ_BYTES_MAX = 4 * 1024 * 1024 - APPROACH_BYTES;

/** Where a batch begins in a segment. */
export interface Place {
  readonly segment: Segment;
  readonly position: number;
}

export interface SegmentRead {
  /** Whole batches; empty when the next one is beyond the request's bounds. */
  readonly pieces: Buffer[];
  /** Where the batch behind them begins, or will begin; null when there are none. */
  readonly next: (Place & { readonly offset: number }) | null;
}

const NOTHING: SegmentRead = { pieces: [], next: null };

/** How much is read at a time for such a request. */
export function chunkBytesFor(request: TailRead): number {
  return Math.max(Math.min(request.maxBytes, READ_BYTES_MAX), APPROACH_BYTES);
}

/**
 * Whole batches of one segment from the one that holds `offset` on, off the event loop. Null when the segment
 * has nothing there, so the next one must be asked.
 *
 * @param pool Where the memory comes from; whoever is done with the batches may give it back there.
 */
export async function readSegment(
  segment: Segment,
  request: TailRead,
  pool: BufferPool,
): Promise<SegmentRead | null> {
  const indexes = await segment.loadIndexes();
  const end = segment.sizeBytes; // Batches that are appended meanwhile are not looked at.
  let position = indexes.offsets.positionFor(request.offset);
  segment.log.pin();
  try {
    const sizeBytes = chunkBytesFor(request) + APPROACH_BYTES;
    position = await skipLarge(segment, { position, end }, request.offset);
    while (position < end) {
      const chunk = await readChunk({ segment, position }, pool.take(Math.min(sizeBytes, end - position)));
      const at = skipTo(chunk, request.offset);
      if (at.isFound) return await takeBatches({ segment, position, chunk, at: at.at }, request, pool);
      const isEnd = at.at === 0 && chunk.length < sizeBytes;
      // A batch that is skipped may be larger than the chunk: then only its header counts.
      if (!isEnd) position += at.at === 0 ? batchSizeBytes(chunk, 0) : at.at;
      pool.give(chunk);
      if (isEnd) return null;
    }
    return null;
  } finally {
    segment.log.unpin();
  }
}

/**
 * Passes over large batches that lie below `offset`, header by header. The index leads to the batch before the
 * wanted one, and reading a megabyte only to skip it would double the work of whoever reads a log of such.
 */
async function skipLarge(
  segment: Segment,
  range: { readonly position: number; readonly end: number },
  offset: number,
): Promise<number> {
  let { position } = range;
  const header = Buffer.allocUnsafe(BATCH_HEADER_BYTES);
  while (position + BATCH_HEADER_BYTES <= range.end) {
    await readChunk({ segment, position }, header);
    if (lastOffsetOf(header, 0) >= offset || batchSizeBytes(header, 0) <= APPROACH_BYTES) break;
    position += batchSizeBytes(header, 0);
  }
  return position;
}

/** Fills the chunk, or as much of it as the file has. @throws DiskError (rejects) */
export async function readChunk({ segment, position }: Place, chunk: Buffer): Promise<Buffer> {
  segment.log.pin();
  try {
    const got = await segment.log.file().read(chunk, position);
    return got === chunk.length ? chunk : chunk.subarray(0, got);
  } finally {
    segment.log.unpin();
  }
}

/** Where the batch begins that ends at `offset` or behind, or how far the chunk could be skipped. */
function skipTo(chunk: Buffer, offset: number): { at: number; isFound: boolean } {
  let at = 0;
  while (at + BATCH_HEADER_BYTES <= chunk.length) {
    if (lastOffsetOf(chunk, at) >= offset) return { at, isFound: true };
    const next = at + batchSizeBytes(chunk, at);
    if (next > chunk.length) return { at, isFound: false };
    at = next;
  }
  return { at, isFound: false };
}

/** A chunk of a segment, and where in it the first wanted batch begins. `position` is that of the chunk. */
export interface FoundBatches extends Place {
  readonly chunk: Buffer;
  readonly at: number;
}

/** Null when the chunk holds no more than a part of the first batch, which is wanted. */
export function batchesIn(found: FoundBatches, request: TailRead): SegmentRead | null {
  const { chunk, at } = found;
  if (at + BATCH_HEADER_BYTES > chunk.length) return null;
  if (baseOffsetOf(chunk, at) >= request.upperOffset) return NOTHING;
  const firstBytes = batchSizeBytes(chunk, at);
  if (firstBytes > request.maxBytes && !request.minOneBatch) return NOTHING;
  if (at + firstBytes > chunk.length) return null;
  let last = at;
  let end = at + firstBytes;
  while (end + BATCH_HEADER_BYTES <= chunk.length) {
    const next = end + batchSizeBytes(chunk, end);
    if (next > chunk.length || next - at > request.maxBytes) break;
    if (baseOffsetOf(chunk, end) >= request.upperOffset) break;
    last = end;
    end = next;
  }
  return { pieces: [chunk.subarray(at, end)], next: behind(found, last, end) };
}

/** The same, for a first batch of any size. */
async function takeBatches(found: FoundBatches, request: TailRead, pool: BufferPool): Promise<SegmentRead> {
  const { chunk, at, segment } = found;
  const read = batchesIn(found, request);
  if (read !== null) {
    if (read.pieces.length === 0) pool.give(chunk);
    return read;
  }
  const firstBytes = batchSizeBytes(chunk, at);
  pool.give(chunk);
  const position = found.position + at;
  const first = await readChunk({ segment, position }, Buffer.allocUnsafeSlow(firstBytes));
  assert(first.length === firstBytes, "a batch lies whole within its segment");
  return { pieces: [first], next: behind({ segment, position, chunk: first, at: 0 }, 0, firstBytes) };
}

function behind({ segment, position, chunk }: FoundBatches, last: number, end: number): SegmentRead["next"] {
  return { segment, position: position + end, offset: lastOffsetOf(chunk, last) + 1 };
}
