import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** Reads and writes one type at one version: an encoder accepts `In`, a decoder returns `Out`. */
export interface Codec<Out, In = Out> {
  /** @throws DecodeError when the bytes do not hold such a value. */
  read(reader: Reader): Out;
  /** @throws RangeError when the value has no encoding at this version, such as a `null` before its time. */
  write(writer: Writer, value: In): void;
  /** The fewest bytes an encoded value can take: bounds what an array length may promise. */
  readonly bytesMin: number;
}

/** What decides how a type is laid out. */
export interface Layout {
  readonly version: number;
  /** KIP-482: compact lengths, and a section of tagged fields behind every struct. */
  readonly flexible: boolean;
  readonly nullable: boolean;
  /** Whether the value stands in a tagged section by itself; nothing inside it does. */
  readonly tagged?: boolean;
}

/** What a type is made of, for whatever walks a table: generators of test values, comparisons, printers. */
export type Shape =
  | { readonly kind: ScalarName | "string" | "bytes" | "records" }
  | { readonly kind: "array"; readonly element: AnyType }
  | { readonly kind: "nullable"; readonly since: number; readonly inner: AnyType }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, AnyField> };

export type ScalarName = "int8" | "int16" | "uint16" | "int32" | "int64" | "float64" | "bool" | "uuid";

/** A type of the protocol; `compile` gives its codec for one layout. */
export interface Type<Out, In = Out> {
  readonly shape: Shape;
  /** What a field of this type holds when its version lacks it and no other default is stated. */
  readonly zero: Out;
  compile(layout: Layout): Codec<Out, In>;
}

/** A struct's field where it is more than a plain type: bounded to versions, defaulted or tagged. */
export interface Field<Out, In, Omissible extends boolean> {
  readonly type: Type<Out, In>;
  readonly since: number;
  readonly until: number; // Inclusive.
  readonly defaultValue: Out;
  readonly omissible: Omissible;
  /** The number under which the field travels in the tagged section, if it does. */
  readonly tag: number | null;
}

/* oxlint-disable no-explicit-any -- "Any type" has no narrower bound, because `In` is contravariant. */
export type AnyType = Type<any, any>;
export type AnyField = Field<any, any, boolean>;
export type AnyCodec = Codec<any, any>;

/** The decoded TypeScript type of a protocol type. */
export type ValueOf<T> = T extends Type<infer Out, any> ? Out : never;
/** What the encoder of a protocol type accepts. */
export type InputOf<T> = T extends Type<any, infer In> ? In : never;
/* oxlint-enable no-explicit-any */
