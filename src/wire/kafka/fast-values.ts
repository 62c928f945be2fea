import { DecodeError, type Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/*
 * The value encodings that the hand-made paths need. They say the same as the schema engine's, whose closures
 * are too slow for what happens with every record sent; a property test holds both to it.
 */

const STRING_BYTES_MAX = 0x7fff;
const TAG_COUNT_MAX = 10_000;
/** Below this a copy into the message is cheaper than one more piece of a gathered write. */
const LINK_BYTES_MIN = 1024;

export function readLength(reader: Reader, isFlexible: boolean): number {
  const length = isFlexible ? reader.uvarint() - 1 : reader.int32();
  if (length < -1) throw new DecodeError(`A length of ${length} at ${reader.position}`);
  return length;
}

export function readNullableString(reader: Reader, isFlexible: boolean): string | null {
  const length = isFlexible ? reader.uvarint() - 1 : reader.int16();
  if (length === -1) return null;
  if (length < 0 || length > STRING_BYTES_MAX) throw new DecodeError(`A string of ${length} bytes`);
  return reader.string(length);
}

export function skipTagged(reader: Reader): void {
  const count = reader.uvarint();
  if (count > TAG_COUNT_MAX) throw new DecodeError(`A section of ${count} tagged fields`);
  for (let i = 0; i < count; i += 1) {
    reader.uvarint();
    reader.take(reader.uvarint());
  }
}

export function writeLength(writer: Writer, length: number, isFlexible: boolean): void {
  if (isFlexible) writer.uvarint(length + 1);
  else writer.int32(length);
}

export function writeString(writer: Writer, value: string, isFlexible: boolean): void {
  const length = Buffer.byteLength(value);
  if (length > STRING_BYTES_MAX) throw new RangeError(`A string of ${length} bytes does not fit`);
  if (isFlexible) writer.uvarint(length + 1);
  else writer.int16(length);
  writer.utf8(value, length);
}

export function writeRecords(
  writer: Writer,
  records: Buffer | readonly Buffer[] | null,
  isFlexible: boolean,
): void {
  if (records === null) return writeLength(writer, -1, isFlexible);
  if (Buffer.isBuffer(records)) {
    writeLength(writer, records.length, isFlexible);
    return writePiece(writer, records);
  }
  let length = 0;
  for (let i = 0; i < records.length; i += 1) length += records[i]!.length;
  writeLength(writer, length, isFlexible);
  for (let i = 0; i < records.length; i += 1) writePiece(writer, records[i]!);
}

function writePiece(writer: Writer, piece: Buffer): void {
  if (piece.length < LINK_BYTES_MIN) writer.bytes(piece);
  else writer.link(piece);
}
