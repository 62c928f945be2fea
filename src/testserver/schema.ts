/*
 * Schemas of what goes over HTTP, as values: JSON Schema for the OpenAPI document and for the validator, and the
 * TypeScript type inferred from the same value.
 */

export type JsonSchema = Readonly<Record<string, unknown>>;
/** Schemas with a name, which others refer to: `#/components/schemas/NAME`. */
export type Components = Readonly<Record<string, JsonSchema>>;

export interface Schema<T> {
  readonly json: JsonSchema;
  readonly components: Components;
  readonly isOptional: boolean;
  /** Never there: it carries the type. */
  readonly type?: T;
}

export interface OptionalSchema<T> extends Schema<T> {
  readonly isOptional: true;
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
export type TypeOf<S> = S extends Schema<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends OptionalSchema<unknown> ? K : never }[keyof F];
export type ObjectOf<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: TypeOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: TypeOf<F[K]>;
};

/** Annotations and limits in JSON Schema's own words. */
type Keywords = Readonly<Record<string, unknown>>;

function schema<T>(json: JsonSchema, components: Components = {}): Schema<T> {
  return { json, components, isOptional: false };
}

export function string(keywords: Keywords = {}): Schema<string> {
  return schema({ type: "string", ...keywords });
}

export function integer(keywords: Keywords = {}): Schema<number> {
  return schema({ type: "integer", ...keywords });
}

export function boolean(keywords: Keywords = {}): Schema<boolean> {
  return schema({ type: "boolean", ...keywords });
}

/** A value of one of these primitive types. */
export function oneOfTypes<T>(types: readonly string[], keywords: Keywords = {}): Schema<T> {
  return schema({ type: types, ...keywords });
}

/** Any JSON at all. */
export function anything(keywords: Keywords = {}): Schema<unknown> {
  return schema({ ...keywords });
}

export function literal<const T extends string>(value: T, keywords: Keywords = {}): Schema<T> {
  return schema({ type: "string", const: value, ...keywords });
}

export function oneOfWords<const T extends string>(words: readonly T[], keywords: Keywords = {}): Schema<T> {
  return schema({ type: "string", enum: words, ...keywords });
}

export function array<T>(items: Schema<T>, keywords: Keywords = {}): Schema<readonly T[]> {
  return schema({ type: "array", items: items.json, ...keywords }, items.components);
}

/** Names to values. */
export function map<T>(values: Schema<T>, keywords: Keywords = {}): Schema<Readonly<Record<string, T>>> {
  return schema({ type: "object", additionalProperties: values.json, ...keywords }, values.components);
}

/** Exactly these fields. */
export function object<const F extends Fields>(fields: F, keywords: Keywords = {}): Schema<ObjectOf<F>> {
  const entries = Object.entries(fields);
  const properties = Object.fromEntries(entries.map(([name, { json }]) => [name, json]));
  const required = entries.filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
  return schema(
    {
      type: "object",
      properties,
      ...(required.length > 0 && { required }),
      additionalProperties: false,
      ...keywords,
    },
    mergedComponents(Object.values(fields)),
  );
}

/** A field that may be left out. */
export function optional<T>(inner: Schema<T>): OptionalSchema<T> {
  return { ...inner, isOptional: true };
}

export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  const { type } = inner.json;
  const json =
    typeof type === "string"
      ? { ...inner.json, type: [type, "null"] }
      : { anyOf: [inner.json, { type: "null" }] };
  return schema(json, inner.components);
}

export function anyOf<const S extends readonly Schema<unknown>[]>(
  schemas: S,
  keywords: Keywords = {},
): Schema<TypeOf<S[number]>> {
  return schema({ anyOf: schemas.map(({ json }) => json), ...keywords }, mergedComponents(schemas));
}

/** Objects that are told apart by the word in one field, which is the name of their schema. */
export function variants<const S extends readonly Schema<unknown>[]>(
  field: string,
  schemas: S,
  keywords: Keywords = {},
): Schema<TypeOf<S[number]>> {
  const json = {
    type: "object",
    oneOf: schemas.map((one) => one.json),
    discriminator: { propertyName: field },
    required: [field],
    ...keywords,
  };
  return schema(json, mergedComponents(schemas));
}

/** Gives a schema a name of its own in the document. */
export function named<T>(name: string, { json, components }: Schema<T>): Schema<T> {
  return schema({ $ref: `#/components/schemas/${name}` }, { ...components, [name]: json });
}

export function mergedComponents(schemas: readonly Schema<unknown>[]): Components {
  return Object.assign({}, ...schemas.map(({ components }) => components)) as Components;
}
