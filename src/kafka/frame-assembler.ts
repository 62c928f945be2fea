import type { BufferPool } from "../base/buffer-pool.ts";

/** A peer broke the framing: the connection is closed without an answer, as Kafka does. */
export class FramingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FramingError";
  }
}

const PREFIX_BYTES = 4;
/** Up to here memory for a frame is taken at once; beyond it grows only with the bytes that really came. */
const TRUSTED_FRAME_BYTES = 2 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Takes a frame. A lent one is a slice of the chunk: valid during the call only. Any other is the listener's
 * for good, and may be given back to the pool.
 */
export type FrameListener = (frame: Buffer, isLent: boolean) => void;

/**
 * Cuts a byte stream into frames (int32 length, then that many bytes).
 *
 * A frame that lies whole in one chunk is a slice of it: small requests are never copied. A frame that spans
 * chunks is gathered into one buffer, because everything behind (checksum, one write to the log, the memory
 * tail) wants it in one piece; that one copy is the only one on the way in.
 */
export class FrameAssembler {
  private readonly frameBytesMax: number;
  private readonly pool: BufferPool;
  private readonly onFrame: FrameListener;
  private readonly prefix = Buffer.alloc(PREFIX_BYTES);
  private prefixBytes = 0;
  private frame: Buffer = NO_BYTES;
  private frameBytes = -1; // Length of the frame being gathered; -1 while its prefix is incomplete.
  private gatheredBytes = 0;

  constructor(frameBytesMax: number, pool: BufferPool, onFrame: FrameListener) {
    this.frameBytesMax = frameBytesMax;
    this.pool = pool;
    this.onFrame = onFrame;
  }

  /** @throws FramingError when a length is not positive or above the limit; the assembler is unusable then. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.frameBytes >= 0) at = this.gather(chunk, at);
      else if (this.prefixBytes > 0 || chunk.length - at < PREFIX_BYTES) at = this.gatherPrefix(chunk, at);
      else at = this.cut(chunk, at);
    }
  }

  /** The common case: the prefix, and perhaps the whole frame, lie in this chunk. */
  private cut(chunk: Buffer, at: number): number {
    const length = this.checked(chunk.readInt32BE(at));
    const begin = at + PREFIX_BYTES;
    if (chunk.length - begin < length) {
      this.begin(length);
      return begin;
    }
    this.onFrame(chunk.subarray(begin, begin + length), true);
    return begin + length;
  }

  private gatherPrefix(chunk: Buffer, at: number): number {
    const count = Math.min(PREFIX_BYTES - this.prefixBytes, chunk.length - at);
    chunk.copy(this.prefix, this.prefixBytes, at, at + count);
    this.prefixBytes += count;
    if (this.prefixBytes === PREFIX_BYTES) {
      this.prefixBytes = 0;
      this.begin(this.checked(this.prefix.readInt32BE(0)));
    }
    return at + count;
  }

  private checked(length: number): number {
    if (length <= 0 || length > this.frameBytesMax) {
      throw new FramingError(`A frame of ${length} bytes is outside 1 to ${this.frameBytesMax}`);
    }
    return length;
  }

  private begin(length: number): void {
    this.frameBytes = length;
    this.gatheredBytes = 0;
    this.frame = this.pool.take(Math.min(length, TRUSTED_FRAME_BYTES));
  }

  private gather(chunk: Buffer, at: number): number {
    const count = Math.min(this.frameBytes - this.gatheredBytes, chunk.length - at);
    if (this.gatheredBytes + count > this.frame.length) this.grow(this.gatheredBytes + count);
    chunk.copy(this.frame, this.gatheredBytes, at, at + count);
    this.gatheredBytes += count;
    if (this.gatheredBytes === this.frameBytes) {
      const frame = this.frame;
      this.frame = NO_BYTES;
      this.frameBytes = -1;
      this.onFrame(frame, false);
    }
    return at + count;
  }

  private grow(needed: number): void {
    const next = this.pool.take(Math.min(this.frameBytes, Math.max(needed, this.frame.length * 2)));
    this.frame.copy(next, 0, 0, this.gatheredBytes);
    this.pool.give(this.frame);
    this.frame = next;
  }
}
