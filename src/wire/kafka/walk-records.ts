import { DecodeError } from "./reader.ts";

/**
 * Where the parts of one record lie in the block. The walker moves the same cursor from record to record, so
 * a visitor keeps numbers, never the cursor. Positions count from the block's first byte; -1 is the size of
 * null.
 */
export interface RecordCursor {
  readonly block: Buffer;
  /** Which record of the batch, from 0. */
  readonly index: number;
  /** Where the record begins, its length included. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly attributes: number;
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly keyAt: number;
  readonly keySize: number;
  readonly valueAt: number;
  readonly valueSize: number;
  readonly headersAt: number;
  readonly headerCount: number;
}

/** Returning false ends the walk. */
export type RecordVisitor = (record: RecordCursor) => boolean | void;

/**
 * Visits the `count` records of an unpacked block, without an object for each. All but a walk that is ended
 * early proves that the block holds exactly these records.
 * @throws DecodeError when a record is malformed or bytes are left over.
 */
export function walkRecords(block: Buffer, count: number, visit: RecordVisitor): void {
  const walker = new Walker(block);
  for (let index = 0; index < count; index += 1) {
    walker.next(index);
    if (visit(walker) === false) return;
  }
  if (walker.end !== block.length) {
    throw new DecodeError(`${block.length - walker.end} bytes behind ${count} records`);
  }
}

class Walker implements RecordCursor {
  readonly block: Buffer;
  index = 0;
  start = 0;
  end = 0;
  attributes = 0;
  timestampDelta = 0;
  offsetDelta = 0;
  keyAt = 0;
  keySize = 0;
  valueAt = 0;
  valueSize = 0;
  headersAt = 0;
  headerCount = 0;
  private position = 0;
  private limit: number; // Exclusive: nothing of this record may lie beyond.

  constructor(block: Buffer) {
    this.block = block;
    this.limit = block.length;
  }

  next(index: number): void {
    this.index = index;
    this.start = this.end;
    this.position = this.end;
    this.limit = this.block.length;
    const size = this.varint();
    if (size < 0 || size > this.limit - this.position) throw this.malformed("length");
    this.limit = this.position + size;
    this.end = this.limit;
    this.attributes = this.byte();
    this.timestampDelta = this.varint();
    this.offsetDelta = this.varint();
    this.keySize = this.varint();
    this.keyAt = this.position;
    this.skip(this.keySize, "key");
    this.valueSize = this.varint();
    this.valueAt = this.position;
    this.skip(this.valueSize, "value");
    this.headerCount = this.varint();
    this.headersAt = this.position;
    this.skipHeaders();
    if (this.position !== this.end) throw this.malformed("end");
  }

  private skipHeaders(): void {
    if (this.headerCount < 0) throw this.malformed("header count");
    for (let i = 0; i < this.headerCount; i += 1) {
      const keySize = this.varint();
      if (keySize < 0) throw this.malformed("header key");
      this.skip(keySize, "header key");
      this.skip(this.varint(), "header value");
    }
  }

  private skip(size: number, part: string): void {
    if (size < -1 || size > this.limit - this.position) throw this.malformed(part);
    if (size > 0) this.position += size;
  }

  private byte(): number {
    if (this.position >= this.limit) throw this.malformed("length");
    return this.block[this.position++]!;
  }

  /** Timestamp deltas take up to 64 bits; beyond 53 the value is the nearest number. */
  private varint(): number {
    const first = this.byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let zigZag = first & 0x7f;
    let scale = 128;
    for (let count = 1; count < 10; count += 1) {
      const byte = this.byte();
      zigZag += (byte & 0x7f) * scale;
      if (byte < 0x80) return zigZag % 2 === 0 ? zigZag / 2 : -(zigZag + 1) / 2;
      scale *= 128;
    }
    throw this.malformed("varint");
  }

  private malformed(part: string): DecodeError {
    return new DecodeError(`Record ${this.index} of a batch has a bad ${part}`);
  }
}
