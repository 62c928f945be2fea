import fc from "fast-check";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import type { AnyField, AnyType, Layout, ScalarName } from "../../src/wire/kafka/schema/type.ts";

/*
 * Values of a table's types for property tests: made from the same table that codes them, so no message can
 * be forgotten. A value is what a decoder returns at that version.
 */

const ARRAY_LENGTH_MAX = 3;
const BYTES_MAX = 40;

const integer = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(min, max, 0), fc.integer({ min, max }));

const scalars: Record<ScalarName, fc.Arbitrary<unknown>> = {
  int8: integer(-0x80, 0x7f),
  int16: integer(-0x8000, 0x7fff),
  uint16: integer(0, 0xffff),
  int32: integer(-0x80000000, 0x7fffffff),
  int64: fc.oneof(fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER), fc.maxSafeInteger()),
  float64: fc.double(),
  bool: fc.boolean(),
  uuid: fc.oneof(
    fc.constant(ZERO_UUID),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString("base64url")),
  ),
};

const texts = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 8 }));
const byteRanges = fc.uint8Array({ maxLength: BYTES_MAX }).map((range) => Buffer.from(range));

export function arbitraryOf(type: AnyType, layout: Layout): fc.Arbitrary<unknown> {
  const { shape } = type;
  if (shape.kind === "string") return texts;
  if (shape.kind === "bytes" || shape.kind === "records") return byteRanges;
  if (shape.kind === "struct") return structOf(shape.fields, layout);
  if (shape.kind === "array") {
    return fc.array(arbitraryOf(shape.element, layout), { maxLength: ARRAY_LENGTH_MAX });
  }
  if (shape.kind === "nullable") {
    const inner = arbitraryOf(shape.inner, layout);
    return layout.version >= shape.since ? fc.option(inner, { nil: null }) : inner;
  }
  return scalars[shape.kind];
}

function structOf(fields: ReadonlyMap<string, AnyField>, layout: Layout): fc.Arbitrary<unknown> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of fields) {
    const isPresent = layout.version >= field.since && layout.version <= field.until;
    members[name] = isPresent ? arbitraryOf(field.type, layout) : fc.constant(field.defaultValue);
  }
  return fc.record(members, { noNullPrototype: true });
}
