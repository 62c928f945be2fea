import { DecodeError, type Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { Layout } from "./type.ts";

/** How the length of a string, a byte range or an array is written; -1 stands for `null`. */
export interface LengthCodec {
  read(reader: Reader): number;
  write(writer: Writer, length: number): void;
  readonly bytesMin: number;
}

const compact: LengthCodec = {
  read: (reader) => reader.uvarint() - 1,
  write: (writer, length) => writer.uvarint(length + 1),
  bytesMin: 1,
};

const short: LengthCodec = {
  read: (reader) => reader.int16(),
  write: (writer, length) => writer.int16(length),
  bytesMin: 2,
};

const long: LengthCodec = {
  read: (reader) => reader.int32(),
  write: (writer, length) => writer.int32(length),
  bytesMin: 4,
};

/** Strings have 16 bits of length before KIP-482, everything else 32. */
export function lengthCodec(kind: "string" | "other", layout: Layout): LengthCodec {
  if (layout.flexible) return compact;
  return kind === "string" ? short : long;
}

/** Reads a length and answers whether there is a value; a null where none may be is refused. */
export function readLength(reader: Reader, codec: LengthCodec, layout: Layout): number {
  const length = codec.read(reader);
  if (length >= 0) return length;
  if (length === -1 && layout.nullable) return -1;
  throw new DecodeError(`A length of ${length} at ${reader.position}`);
}

export function writeNull(writer: Writer, codec: LengthCodec, layout: Layout): void {
  if (!layout.nullable) throw new RangeError(`Version ${layout.version} has no null here`);
  codec.write(writer, -1);
}
