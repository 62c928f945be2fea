import { assert } from "../../base/assert.ts";
import {
  baseOffsetOf,
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  lastOffsetOf,
} from "../../wire/kafka/record-batch.ts";
import type { TailRead } from "./memory-tail.ts";
import type { Segment } from "./segment.ts";
import type { BufferPool } from "../../base/buffer-pool.ts";

/** The index leads to within about this distance of what is asked for. */
const APPROACH_BYTES = 8 * 1024;
/** One read takes this much at most: a client's large limit must not claim as much memory, and pools hold no more. */
const READ_BYTES_MAX = 2 * 1024 * 1024 - APPROACH_BYTES;

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
): Promise<Buffer[] | null> {
  const indexes = await segment.loadIndexes();
  const end = segment.sizeBytes; // Batches that are appended meanwhile are not looked at.
  let position = indexes.offsets.positionFor(request.offset);
  segment.log.pin();
  try {
    const wanted = Math.min(request.maxBytes, READ_BYTES_MAX);
    let sizeBytes = Math.max(wanted + APPROACH_BYTES, BATCH_HEADER_BYTES);
    position = await skipLarge(segment, { position, end }, request.offset);
    while (position < end) {
      const chunk = pool.take(Math.min(sizeBytes, end - position));
      const filled = await readChunk(segment, position, chunk);
      const at = skipTo(filled, request.offset);
      if (at.isFound) return await takeBatches(segment, { chunk: filled, at: at.at, position }, request);
      const isEnd = at.at === 0 && filled.length < sizeBytes;
      // A batch that is skipped may be larger than the chunk: then only its header counts.
      if (!isEnd) position += at.at === 0 ? batchSizeBytes(filled, 0) : at.at;
      pool.give(chunk);
      if (isEnd) return null;
      sizeBytes = Math.max(sizeBytes, BATCH_HEADER_BYTES);
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
    await readChunk(segment, position, header);
    if (lastOffsetOf(header, 0) >= offset || batchSizeBytes(header, 0) <= APPROACH_BYTES) break;
    position += batchSizeBytes(header, 0);
  }
  return position;
}

async function readChunk(segment: Segment, position: number, chunk: Buffer): Promise<Buffer> {
  const got = await segment.log.file().read(chunk, position);
  return got === chunk.length ? chunk : chunk.subarray(0, got);
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

interface Found {
  readonly chunk: Buffer;
  /** Where the first batch begins in the chunk. */
  readonly at: number;
  /** Where the chunk begins in the segment. */
  readonly position: number;
}

async function takeBatches(segment: Segment, found: Found, request: TailRead): Promise<Buffer[]> {
  const { chunk, at } = found;
  if (baseOffsetOf(chunk, at) >= request.upperOffset) return [];
  const firstBytes = batchSizeBytes(chunk, at);
  if (firstBytes > request.maxBytes && !request.minOneBatch) return [];
  if (at + firstBytes > chunk.length) {
    const first = await readChunk(segment, found.position + at, Buffer.allocUnsafeSlow(firstBytes));
    assert(first.length === firstBytes, "a batch lies whole within its segment");
    return [first];
  }
  let end = at + firstBytes;
  while (end + BATCH_HEADER_BYTES <= chunk.length) {
    const next = end + batchSizeBytes(chunk, end);
    if (next > chunk.length || next - at > request.maxBytes) break;
    if (baseOffsetOf(chunk, end) >= request.upperOffset) break;
    end = next;
  }
  return [chunk.subarray(at, end)];
}
