import type { AnyField, AnyType, Field, InputOf, ValueOf } from "./type.ts";

type FieldOf<T extends AnyType, Omissible extends boolean> = Field<ValueOf<T>, InputOf<T>, Omissible>;

interface Bounds {
  readonly since: number;
  readonly until: number; // Inclusive.
}

function bounded<T extends AnyType>(bounds: Bounds, type: T, stated: [] | [ValueOf<T>]): FieldOf<T, boolean> {
  return {
    ...bounds,
    type,
    defaultValue: stated.length === 0 ? (type.zero as ValueOf<T>) : stated[0],
    omissible: stated.length === 1,
    tag: null,
  };
}

/**
 * A field that versions before `version` lack. A stated default makes it omissible when encoding; without
 * one it must be given, and decoding a version that lacks it yields the type's zero.
 */
export function since<T extends AnyType>(version: number, type: T): FieldOf<T, false>;
export function since<T extends AnyType>(
  version: number,
  type: T,
  defaultValue: ValueOf<T>,
): FieldOf<T, true>;
export function since<T extends AnyType>(version: number, type: T, ...stated: [] | [ValueOf<T>]): AnyField {
  return bounded({ since: version, until: Infinity }, type, stated);
}

/** A field that versions after `version` lack; see `since` for the default. */
export function until<T extends AnyType>(version: number, type: T): FieldOf<T, false>;
export function until<T extends AnyType>(
  version: number,
  type: T,
  defaultValue: ValueOf<T>,
): FieldOf<T, true>;
export function until<T extends AnyType>(version: number, type: T, ...stated: [] | [ValueOf<T>]): AnyField {
  return bounded({ since: 0, until: version }, type, stated);
}

type Versions = readonly [first: number, last: number];

/** A field of the versions `first` to `last`, both inclusive; see `since` for the default. */
export function between<T extends AnyType>(versions: Versions, type: T): FieldOf<T, false>;
export function between<T extends AnyType>(
  versions: Versions,
  type: T,
  defaultValue: ValueOf<T>,
): FieldOf<T, true>;
export function between<T extends AnyType>(
  [first, last]: Versions,
  type: T,
  ...stated: [] | [ValueOf<T>]
): AnyField {
  return bounded({ since: first, until: last }, type, stated);
}

/** A field of every version that may be omitted when encoding. */
export function defaulted<T extends AnyType>(type: T, defaultValue: ValueOf<T>): FieldOf<T, true> {
  return since(0, type, defaultValue);
}

/** A field of the tagged section (KIP-482). It is not sent while it holds its default. */
export function tagged<T extends AnyType>(
  id: number,
  version: number,
  type: T,
  defaultValue: ValueOf<T> = type.zero as ValueOf<T>,
): FieldOf<T, true> {
  return {
    type,
    since: version,
    until: Infinity,
    defaultValue,
    omissible: true,
    tag: id,
  };
}
