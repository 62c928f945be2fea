import type { Uuid } from "../../base/uuid.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/*
 * The schema engine. A message is a value made of the combinators below; its TypeScript type is inferred
 * from that value, and its encoder and decoder are compiled from it once per version. There is no
 * generator and no second description that could drift.
 *
 * A decoded struct holds every field of the table: one that the version lacks has its default. When
 * encoding, a field that the version lacks is dropped silently.
 */

/** Reads and writes one type at one version. */
export interface Codec<T> {
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
  /** The fewest bytes an encoded value can take: bounds what an array length may promise. */
  readonly bytesMin: number;
}

/** A type of the protocol; `compile` gives its codec for one version of the message that holds it. */
export interface Type<T> {
  readonly zero: T;
  /** True when `null` is a legal value; then `compile`'s codec writes and reads it. */
  readonly nullable?: boolean;
  compile(version: number, flexible: boolean): Codec<T>;
}

/** The TypeScript type of a protocol type, a struct or a message body. */
export type ValueOf<T> = T extends Type<infer V> ? V : never;

function scalar<T>(zero: T, codec: Codec<T>): Type<T> {
  return { zero, compile: () => codec };
}

export const int8: Type<number> = scalar(0, { read: (r) => r.int8(), write: (w, v) => w.int8(v), bytesMin: 1 });
export const int16: Type<number> = scalar(0, { read: (r) => r.int16(), write: (w, v) => w.int16(v), bytesMin: 2 });
export const uint16: Type<number> = scalar(0, { read: (r) => r.uint16(), write: (w, v) => w.uint16(v), bytesMin: 2 });
export const int32: Type<number> = scalar(0, { read: (r) => r.int32(), write: (w, v) => w.int32(v), bytesMin: 4 });
export const uint32: Type<number> = scalar(0, { read: (r) => r.uint32(), write: (w, v) => w.uint32(v), bytesMin: 4 });
export const int64: Type<number> = scalar(0, { read: (r) => r.int64(), write: (w, v) => w.int64(v), bytesMin: 8 });
export const float64: Type<number> = scalar(0, {
  read: (r) => r.float64(),
  write: (w, v) => w.float64(v),
  bytesMin: 8,
});
export const bool: Type<boolean> = scalar(false, {
  read: (r) => r.int8() !== 0,
  write: (w, v) => w.int8(v ? 1 : 0),
  bytesMin: 1,
});
export const uuid: Type<Uuid> = scalar(ZERO_UUID, {
  read: (r) => r.uuid(),
  write: (w, v) => w.uuid(v),
  bytesMin: 16,
});
