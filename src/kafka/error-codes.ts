import type { AnyType, Message } from "../wire/kafka/schema.ts";

type Visit = (value: unknown, found: (code: number) => void) => void;

const NO_ERROR = 0;
const visits = new WeakMap<Message, Visit>();

/**
 * Calls `found` with each error code other than 0 that an answer carries, of the whole and of its parts. Where
 * codes stand is taken from the message's table once; the rest of the answer is not looked at.
 */
export function eachErrorCode(message: Message, response: unknown, found: (code: number) => void): void {
  let visit = visits.get(message);
  if (visit === undefined) {
    visit = visitOf(message.response.body) ?? (() => {});
    visits.set(message, visit);
  }
  visit(response, found);
}

/** Null when nothing inside can be an error code. */
function visitOf({ shape }: AnyType): Visit | null {
  if (shape.kind === "nullable") {
    const inner = visitOf(shape.inner);
    if (inner === null) return null;
    return (value, found) => {
      if (value !== null && value !== undefined) inner(value, found);
    };
  }
  if (shape.kind === "array") {
    const inner = visitOf(shape.element);
    if (inner === null) return null;
    return (value, found) => {
      if (value !== undefined) for (const element of value as Iterable<unknown>) inner(element, found);
    };
  }
  return shape.kind === "struct" ? visitOfFields(shape.fields) : null;
}

function visitOfFields(fields: ReadonlyMap<string, { readonly type: AnyType }>): Visit | null {
  const inner: [name: string, visit: Visit][] = [];
  for (const [name, { type }] of fields) {
    const visit = name === "errorCode" && type.shape.kind === "int16" ? visitCode : visitOf(type);
    if (visit !== null) inner.push([name, visit]);
  }
  if (inner.length === 0) return null;
  return (value, found) => {
    if (value === undefined) return; // A field that was left to its default.
    for (const [name, visit] of inner) visit((value as Record<string, unknown>)[name], found);
  };
}

function visitCode(value: unknown, found: (code: number) => void): void {
  if (typeof value === "number" && value !== NO_ERROR) found(value);
}
