import { ClientError } from "./client-error.ts";

const SIZE_BYTES = 4;

/**
 * Cuts a stream of chunks into frames: a size of four bytes, then so many bytes. A frame that lies in one
 * chunk is a slice of it; one that was split is joined once, when its last byte is there.
 */
export class FrameSplitter {
  private readonly frameBytesMax: number;
  private chunks: Buffer[] = [];
  private heldBytes = 0;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * The frames that `chunk` completes, without their sizes.
   * @throws ClientError `invalid` when the size cannot be one: the peer does not speak this protocol.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.heldBytes += chunk.length;
    const frames: Buffer[] = [];
    let needed = this.neededBytes();
    while (this.heldBytes >= needed) {
      const bytes = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
      frames.push(bytes.subarray(SIZE_BYTES, needed));
      this.chunks = [bytes.subarray(needed)];
      this.heldBytes = bytes.length - needed;
      needed = this.neededBytes();
    }
    return frames;
  }

  /** How many bytes must be held before there is a whole frame. */
  private neededBytes(): number {
    if (this.heldBytes < SIZE_BYTES) return SIZE_BYTES;
    if (this.chunks[0]!.length < SIZE_BYTES) this.chunks = [Buffer.concat(this.chunks)];
    const size = this.chunks[0]!.readInt32BE(0);
    if (size < 0 || size > this.frameBytesMax) {
      throw new ClientError("invalid", `A response claims ${size} bytes: the peer is not a Kafka broker`);
    }
    return SIZE_BYTES + size;
  }
}
