import { readInt64 } from "./int64.ts";
import { uuidFromBytes, type Uuid } from "../../base/uuid.ts";

/** Bytes that are not what the protocol says. The connection that sent them is closed without an answer. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DecodeError";
  }
}

const TWO_TO_32 = 2 ** 32;

/**
 * A cursor over received bytes. Every read checks its bounds and throws `DecodeError`; slices share the
 * memory of the input, nothing is copied.
 */
export class Reader {
  readonly bytes: Buffer;
  position: number;
  readonly end: number; // Exclusive.

  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Moves on by `count` bytes and returns where they began. */
  take(count: number): number {
    const at = this.position;
    if (count < 0 || count > this.end - at) {
      throw new DecodeError(`Need ${count} bytes at ${at}, have ${this.end - at}`);
    }
    this.position = at + count;
    return at;
  }

  int8(): number {
    return this.bytes.readInt8(this.take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.take(2));
  }

  uint16(): number {
    return this.bytes.readUInt16BE(this.take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.take(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.take(4));
  }

  /** Offsets, timestamps and ids fit 53 bits in practice; beyond that the value is refused, never rounded. */
  int64(): number {
    const at = this.take(8);
    const value = readInt64(this.bytes, at);
    // Int64 extremes are used by Kafka as "unlimited" (Long.MAX_VALUE); they saturate, see `int64`'s writer.
    if (!Number.isSafeInteger(value)) return value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
    return value;
  }

  float64(): number {
    return this.bytes.readDoubleBE(this.take(8));
  }

  /** Unsigned LEB128 of at most five bytes (KIP-482). */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.take(1)]!;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) {
        if (value >= TWO_TO_32) break;
        return value;
      }
    }
    throw new DecodeError(`A varint at ${this.position} is longer than 32 bits`);
  }

  uuid(): Uuid {
    return uuidFromBytes(this.bytes, this.take(16));
  }

  string(length: number): string {
    const at = this.take(length);
    return this.bytes.toString("utf8", at, at + length);
  }

  slice(length: number): Buffer {
    const at = this.take(length);
    return this.bytes.subarray(at, at + length);
  }
}
