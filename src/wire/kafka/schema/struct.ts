import { assert } from "../../../base/assert.ts";
import { readTags, writeTags, type CompiledTag } from "./tags.ts";
import type { AnyCodec, AnyField, AnyType, Codec, Field, InputOf, Layout, Type, ValueOf } from "./type.ts";

type FieldTable = Readonly<Record<string, AnyType | AnyField>>;

type OutOf<F> = F extends Field<infer Out, infer _In, boolean> ? Out : ValueOf<F>;
type InOf<F> = F extends Field<infer _Out, infer In, boolean> ? In : InputOf<F>;
type OmissibleKeys<F extends FieldTable> = {
  [K in keyof F]: F[K] extends { readonly omissible: true } ? K : never;
}[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

export type StructValue<F extends FieldTable> = { -readonly [K in keyof F]: OutOf<F[K]> };
export type StructInput<F extends FieldTable> = Flat<
  { readonly [K in Exclude<keyof F, OmissibleKeys<F>>]: InOf<F[K]> } & {
    readonly [K in OmissibleKeys<F>]?: InOf<F[K]> | undefined;
  }
>;

type AnyStruct = Record<string, unknown>;

/** A sequence of fields in the order of the table; tagged ones travel behind the others, by rising tag. */
export function struct<const F extends FieldTable>(table: F): Type<StructValue<F>, StructInput<F>> {
  const fields = new Map<string, AnyField>();
  const zero: AnyStruct = {};
  for (const [name, entry] of Object.entries(table)) {
    const field = "type" in entry ? entry : plainField(entry);
    fields.set(name, field);
    zero[name] = field.defaultValue;
  }
  Object.freeze(zero);
  return {
    shape: { kind: "struct", fields },
    zero: zero as StructValue<F>,
    compile: (layout) => compileStruct(fields, zero, layout) as AnyCodec,
  };
}

function plainField(type: AnyType): AnyField {
  return { type, since: 0, until: Infinity, defaultValue: type.zero, omissible: false, tag: null };
}

function compileStruct(
  fields: ReadonlyMap<string, AnyField>,
  zero: AnyStruct,
  layout: Layout,
): Codec<AnyStruct | null> {
  const body = compileBody(fields, zero, { ...layout, nullable: false, tagged: false });
  if (!layout.nullable) return body;
  return layout.tagged === true ? nullableTaggedBody(body) : nullableBody(body);
}

/** KIP-893: a struct that may be null is led by one byte, -1 or 1. */
function nullableBody(body: Codec<AnyStruct>): Codec<AnyStruct | null> {
  return {
    bytesMin: 1,
    read: (reader) => (reader.int8() < 0 ? null : body.read(reader)),
    write(writer, value) {
      writer.int8(value === null ? -1 : 1);
      if (value !== null) body.write(writer, value);
    },
  };
}

/** In the tagged section the byte is 0 or 1, like a length: Kafka writes it so, and would not read a -1. */
function nullableTaggedBody(body: Codec<AnyStruct>): Codec<AnyStruct | null> {
  return {
    bytesMin: 1,
    read: (reader) => (reader.uvarint() === 0 ? null : body.read(reader)),
    write(writer, value) {
      writer.uvarint(value === null ? 0 : 1);
      if (value !== null) body.write(writer, value);
    },
  };
}

interface CompiledField {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly defaultValue: unknown;
}

function compileBody(
  fields: ReadonlyMap<string, AnyField>,
  zero: AnyStruct,
  layout: Layout,
): Codec<AnyStruct> {
  const plain: CompiledField[] = [];
  const tags: CompiledTag[] = [];
  for (const [name, field] of fields) {
    if (layout.version < field.since || layout.version > field.until) continue;
    const codec = field.type.compile({ ...layout, tagged: field.tag !== null });
    const { defaultValue, tag } = field;
    if (tag === null) plain.push({ name, codec, defaultValue });
    else tags.push({ id: tag, name, codec, isDefault: defaultTest(field.type, defaultValue) });
  }
  tags.sort((one, other) => one.id - other.id);
  assert(layout.flexible || tags.length === 0, "tagged fields exist in flexible versions only");
  return bodyCodec({ plain, tags: layout.flexible ? tags : null, zero });
}

interface CompiledBody {
  readonly plain: readonly CompiledField[];
  readonly tags: readonly CompiledTag[] | null;
  readonly zero: AnyStruct;
}

function bodyCodec({ plain, tags, zero }: CompiledBody): Codec<AnyStruct> {
  let bytesMin = tags === null ? 0 : 1;
  for (const field of plain) bytesMin += field.codec.bytesMin;
  return {
    bytesMin,
    read(reader) {
      // Every field exists from the start, so all values of one struct share one hidden class.
      const result = { ...zero };
      for (let i = 0; i < plain.length; i += 1) {
        const field = plain[i]!;
        result[field.name] = field.codec.read(reader);
      }
      if (tags !== null) readTags(reader, tags, result);
      return result;
    },
    write(writer, value) {
      for (let i = 0; i < plain.length; i += 1) {
        const field = plain[i]!;
        const given = value[field.name];
        field.codec.write(writer, given === undefined ? field.defaultValue : given);
      }
      if (tags !== null) writeTags(writer, tags, value);
    },
  };
}

/** Whether a value equals its field's default, by content: a default is not sent in the tagged section. */
function defaultTest(type: AnyType, defaultValue: unknown): (value: unknown) => boolean {
  const { shape } = type;
  if (defaultValue === null) return (value) => value === null;
  if (shape.kind === "nullable") return nonNull(defaultTest(shape.inner, defaultValue));
  if (shape.kind === "struct") return structDefaultTest(shape.fields);
  const isSized = shape.kind === "array" || shape.kind === "bytes" || shape.kind === "records";
  if (isSized) return (value) => (value as { length: number }).length === 0;
  return (value) => value === defaultValue;
}

function nonNull(test: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value !== null && test(value);
}

function structDefaultTest(fields: ReadonlyMap<string, AnyField>): (value: unknown) => boolean {
  const tests = Array.from(fields, ([name, field]) => {
    return { name, test: defaultTest(field.type, field.defaultValue) };
  });
  return (value) =>
    tests.every(({ name, test }) => {
      const given = (value as AnyStruct)[name];
      return given === undefined || test(given);
    });
}
