import { writeInt64 } from "./int64.ts";
import { uuidToBytes, type Uuid } from "../../base/uuid.ts";

const INITIAL_BYTES = 256;

/**
 * Grows while a message is written. Large byte ranges (record sets) are linked, not copied: `finish` returns
 * the pieces in order, ready for one gathered write.
 */
export class Writer {
  private buffer: Buffer;
  private position = 0;
  private start = 0; // Where the piece that is being written began in `buffer`.
  private readonly pieces: Buffer[] = [];
  private finishedBytes = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** Bytes written so far, linked ones included. */
  get length(): number {
    return this.finishedBytes + this.position - this.start;
  }

  private reserve(count: number): number {
    const at = this.position;
    if (at + count > this.buffer.length) return this.grow(count);
    this.position = at + count;
    return at;
  }

  private grow(count: number): number {
    const kept = this.position - this.start;
    const next = Buffer.allocUnsafe(Math.max(INITIAL_BYTES, (kept + count) * 2));
    this.buffer.copy(next, 0, this.start, this.position);
    this.buffer = next;
    this.start = 0;
    this.position = kept + count;
    return kept;
  }

  int8(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  int16(value: number): void {
    const at = this.reserve(2);
    this.buffer.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.reserve(2);
    this.buffer.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32BE(value, at);
  }

  int64(value: number): void {
    const at = this.reserve(8);
    writeInt64(this.buffer, value, at);
  }

  float64(value: number): void {
    const at = this.reserve(8);
    this.buffer.writeDoubleBE(value, at);
  }

  uvarint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.int8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.int8(rest);
  }

  uuid(value: Uuid): void {
    const at = this.reserve(16);
    uuidToBytes(value).copy(this.buffer, at);
  }

  /** The text of `value`, which takes `byteLength` bytes, without a length in front. */
  utf8(value: string, byteLength: number): void {
    const at = this.reserve(byteLength);
    this.buffer.write(value, at, byteLength, "utf8");
  }

  /** The bytes of `value`, copied. */
  bytes(value: Buffer): void {
    const at = this.reserve(value.length);
    value.copy(this.buffer, at);
  }

  /** The bytes of `value`, linked: they must not change until the message has been sent. */
  link(value: Buffer): void {
    if (value.length === 0) return;
    this.closePiece();
    this.pieces.push(value);
    this.finishedBytes += value.length;
  }

  private closePiece(): void {
    if (this.position === this.start) return;
    this.pieces.push(this.buffer.subarray(this.start, this.position));
    this.finishedBytes += this.position - this.start;
    this.start = this.position;
  }

  /** The message in one piece; the writer must not be used afterwards. */
  toBuffer(): Buffer {
    if (this.pieces.length === 0) return this.buffer.subarray(this.start, this.position);
    return Buffer.concat(this.finish());
  }

  /** The message in pieces; the writer must not be used afterwards. */
  finish(): Buffer[] {
    this.closePiece();
    return this.pieces;
  }
}
