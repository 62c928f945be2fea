import { ZERO_UUID, type Uuid } from "../../../base/uuid.ts";
import type { Codec, ScalarName, Type } from "./type.ts";

function scalar<T>(kind: ScalarName, zero: T, codec: Codec<T>): Type<T> {
  return { shape: { kind }, zero, compile: () => codec };
}

export const int8 = scalar<number>("int8", 0, {
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
  bytesMin: 1,
});

export const int16 = scalar<number>("int16", 0, {
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
  bytesMin: 2,
});

export const uint16 = scalar<number>("uint16", 0, {
  read: (reader) => reader.uint16(),
  write: (writer, value) => writer.uint16(value),
  bytesMin: 2,
});

export const int32 = scalar<number>("int32", 0, {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
  bytesMin: 4,
});

/** Saturates at the safe integers; the greatest one stands for Kafka's "unlimited", see `Reader.int64`. */
export const int64 = scalar<number>("int64", 0, {
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
  bytesMin: 8,
});

export const float64 = scalar<number>("float64", 0, {
  read: (reader) => reader.float64(),
  write: (writer, value) => writer.float64(value),
  bytesMin: 8,
});

export const bool = scalar<boolean>("bool", false, {
  read: (reader) => reader.int8() !== 0,
  write: (writer, value) => writer.int8(value ? 1 : 0),
  bytesMin: 1,
});

export const uuid = scalar<Uuid>("uuid", ZERO_UUID, {
  read: (reader) => reader.uuid(),
  write: (writer, value) => writer.uuid(value),
  bytesMin: 16,
});
