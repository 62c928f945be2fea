import { ClientError } from "../client-error.ts";

const SIZE_BYTES = 4;

/**
 * Cuts a stream of chunks into frames: a size of four bytes, then so many bytes. Every frame is memory of its own, made
 * when its size is known and filled as chunks come: nothing of a chunk is used once `push` has returned.
 */
export class FrameSplitter {
  private readonly frameBytesMax: number;
  private readonly size = Buffer.alloc(SIZE_BYTES);
  private sizeHeld = 0; // How many bytes of `size` have come.
  private frame: Buffer | null = null;
  private frameHeld = 0;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * The frames that `chunk` completes, without their sizes.
   * @throws ClientError `invalid` when the size cannot be one: the peer does not speak this protocol.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.frame === null) {
        at = this.takeSize(chunk, at);
        if (this.sizeHeld < SIZE_BYTES) break;
        this.begin();
      }
      const frame = this.frame!;
      const copied = chunk.copy(frame, this.frameHeld, at);
      at += copied;
      this.frameHeld += copied;
      if (this.frameHeld < frame.length) break;
      frames.push(frame);
      this.frame = null;
      this.sizeHeld = 0;
    }
    return frames;
  }

  private takeSize(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.size, this.sizeHeld, at, at + SIZE_BYTES - this.sizeHeld);
    this.sizeHeld += copied;
    return at + copied;
  }

  private begin(): void {
    const sizeBytes = this.size.readInt32BE(0);
    if (sizeBytes < 0 || sizeBytes > this.frameBytesMax) {
      const message = `A response claims ${sizeBytes} bytes: the peer is not a Kafka broker`;
      throw new ClientError("invalid", message);
    }
    this.frame = Buffer.allocUnsafe(sizeBytes);
    this.frameHeld = 0;
  }
}
