import { ClientError } from "./client-error.ts";

const SIZE_BYTES = 4;
/** Below it a frame is cut from memory that Node shares out among small buffers. */
const SMALL_BYTES = 4096;

/**
 * Cuts a stream of chunks into frames: a size of four bytes, then so many bytes. Each frame is copied, once, into memory
 * of its own as its bytes come, so that the memory of chunks can be used again (0020): a response of megabytes comes in
 * chunks of kilobytes, and fresh memory for each of those would have V8 collect all the time.
 */
export class FrameSplitter {
  private readonly frameBytesMax: number;
  private readonly size = Buffer.alloc(SIZE_BYTES);
  private frame: Buffer = this.size; // What is being filled: a frame's size, then the frame.
  private filledBytes = 0;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * The frames that `chunk` completes, without their sizes; nothing of the chunk is kept.
   * @throws ClientError `invalid` when the size cannot be one: the peer does not speak this protocol.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      const copied = chunk.copy(this.frame, this.filledBytes, at);
      at += copied;
      this.filledBytes += copied;
      while (this.filledBytes === this.frame.length) this.turn(frames);
    }
    return frames;
  }

  /** What was being filled is full: after a size comes its frame, after a frame the next size. */
  private turn(frames: Buffer[]): void {
    this.filledBytes = 0;
    if (this.frame !== this.size) {
      frames.push(this.frame);
      this.frame = this.size;
      return;
    }
    const sizeBytes = this.size.readInt32BE(0);
    if (sizeBytes < 0 || sizeBytes > this.frameBytesMax) {
      throw new ClientError(
        "invalid",
        `A response claims ${sizeBytes} bytes: the peer is not a Kafka broker`,
      );
    }
    this.frame = sizeBytes < SMALL_BYTES ? Buffer.allocUnsafe(sizeBytes) : Buffer.allocUnsafeSlow(sizeBytes);
  }
}
