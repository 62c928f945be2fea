import { DecodeError, type Reader } from "../reader.ts";
import { lengthCodec, readLength, writeNull } from "./lengths.ts";
import type { AnyType, Codec, InputOf, Layout, Type, ValueOf } from "./type.ts";

/** Kafka 4.4 refuses longer arrays whatever the bytes would justify. */
const ARRAY_LENGTH_MAX = 1_000_000;

const EMPTY: readonly never[] = Object.freeze([]);

export function array<T extends AnyType>(element: T): Type<ValueOf<T>[], readonly InputOf<T>[]> {
  return {
    shape: { kind: "array", element },
    zero: EMPTY as readonly unknown[] as ValueOf<T>[],
    compile: (layout) => compileArray(element, layout) as Codec<ValueOf<T>[], readonly InputOf<T>[]>,
  };
}

function compileArray(element: AnyType, layout: Layout): Codec<unknown[] | null, readonly unknown[] | null> {
  const lengths = lengthCodec("other", layout);
  const codec = element.compile({ ...layout, nullable: false, tagged: false });
  const elementBytesMin = Math.max(1, codec.bytesMin);
  return {
    bytesMin: lengths.bytesMin,
    read(reader) {
      const length = readLength(reader, lengths, layout);
      if (length < 0) return null;
      checkArrayLength(reader, length, elementBytesMin);
      const values: unknown[] = [];
      for (let i = 0; i < length; i += 1) values.push(codec.read(reader));
      return values;
    },
    write(writer, values) {
      if (values === null) return writeNull(writer, lengths, layout);
      lengths.write(writer, values.length);
      for (let i = 0; i < values.length; i += 1) codec.write(writer, values[i]);
    },
  };
}

/** A length is a promise by a stranger: it counts only as far as the bytes behind it can keep it. */
export function checkArrayLength(reader: Reader, length: number, elementBytesMin: number): void {
  if (length * elementBytesMin <= reader.remaining && length <= ARRAY_LENGTH_MAX) return;
  throw new DecodeError(`An array of ${length} elements in ${reader.remaining} bytes`);
}

/** A type whose value may be `null` at every version. Its zero is the inner one, as Kafka has it. */
export function nullable<T extends AnyType>(inner: T): Type<ValueOf<T> | null, InputOf<T> | null> {
  return nullableSince(0, inner);
}

/** A type whose value may be `null` from version `since` on; before, a null is refused both ways. */
export function nullableSince<T extends AnyType>(
  since: number,
  inner: T,
): Type<ValueOf<T> | null, InputOf<T> | null> {
  return {
    shape: { kind: "nullable", since, inner },
    zero: inner.zero as ValueOf<T>,
    compile: (layout) =>
      inner.compile({ ...layout, nullable: layout.version >= since }) as Codec<
        ValueOf<T> | null,
        InputOf<T> | null
      >,
  };
}
