import { writeRecords } from "../fast-values.ts";
import { DecodeError } from "../reader.ts";
import { lengthCodec, readLength, writeNull } from "./lengths.ts";
import type { Codec, Layout, Type } from "./type.ts";

const STRING_BYTES_MAX = 0x7fff;
const EMPTY = Buffer.alloc(0);

export const string: Type<string> = {
  shape: { kind: "string" },
  zero: "",
  compile: (layout) => compileString(layout) as Codec<string>,
};

function compileString(layout: Layout): Codec<string | null> {
  const lengths = lengthCodec("string", layout);
  return {
    bytesMin: lengths.bytesMin,
    read(reader) {
      const length = readLength(reader, lengths, layout);
      if (length > STRING_BYTES_MAX) throw new DecodeError(`A string of ${length} bytes`);
      return length < 0 ? null : reader.string(length);
    },
    write(writer, value) {
      if (value === null) return writeNull(writer, lengths, layout);
      const length = Buffer.byteLength(value);
      if (length > STRING_BYTES_MAX) throw new RangeError(`A string of ${length} bytes does not fit`);
      lengths.write(writer, length);
      writer.utf8(value, length);
    },
  };
}

/** Bytes are copied when written. */
export const bytes: Type<Buffer> = {
  shape: { kind: "bytes" },
  zero: EMPTY,
  compile: (layout) => compileBytes(layout) as Codec<Buffer>,
};

function compileBytes(layout: Layout): Codec<Buffer | null> {
  const lengths = lengthCodec("other", layout);
  return {
    bytesMin: lengths.bytesMin,
    read(reader) {
      const length = readLength(reader, lengths, layout);
      return length < 0 ? null : reader.slice(length);
    },
    write(writer, value) {
      if (value === null) return writeNull(writer, lengths, layout);
      lengths.write(writer, value.length);
      writer.bytes(value);
    },
  };
}

/** A record set: one buffer, or the batches it is made of in order. */
export type RecordsInput = Buffer | readonly Buffer[];

/** Record sets are linked, not copied, when written: they must not change until the message has been sent. */
export const records: Type<Buffer, RecordsInput> = {
  shape: { kind: "records" },
  zero: EMPTY,
  compile: (layout) => compileRecords(layout) as Codec<Buffer, RecordsInput>,
};

function compileRecords(layout: Layout): Codec<Buffer | null, RecordsInput | null> {
  const lengths = lengthCodec("other", layout);
  const plain = compileBytes(layout);
  return {
    bytesMin: lengths.bytesMin,
    read: (reader) => plain.read(reader),
    write(writer, value) {
      if (value === null) return writeNull(writer, lengths, layout);
      writeRecords(writer, value, layout.flexible);
    },
  };
}
