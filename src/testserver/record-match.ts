import { isDeepStrictEqual } from "node:util";
import type { TestRecord } from "../testing/index.ts";
import type { TypeOf } from "./schema.ts";
import { anything, integer, map, named, nullable, object, optional, string } from "./schema.ts";
import { partitionIndex } from "./shared-schemas.ts";

const bytesMatch = named(
  "BytesMatch",
  nullable(
    object(
      {
        text: optional(string({ description: "UTF-8" })),
        base64: optional(string({ contentEncoding: "base64", pattern: "^[A-Za-z0-9+/]*={0,2}$" })),
        json: optional(anything({ description: "Objects may have further fields; all else must be equal" })),
      },
      { minProperties: 1, maxProperties: 1, description: "One way to say the bytes; null: there are none" },
    ),
  ),
);

export const recordMatch = named(
  "RecordMatch",
  object(
    {
      partition: optional(partitionIndex),
      offset: optional(integer({ minimum: 0 })),
      key: optional(bytesMatch),
      value: optional(bytesMatch),
      headers: optional(map(nullable(string()))),
    },
    { description: "What a record must have; all that is stated must hold" },
  ),
);

/** Whether a record is like that. */
export function isLike(record: TestRecord, match: TypeOf<typeof recordMatch>): boolean {
  const { partition, offset, key, value, headers = {} } = match;
  return (
    (partition === undefined || record.partition === partition) &&
    (offset === undefined || record.offset === offset) &&
    (key === undefined || isBytesLike(record.keyBytes, key)) &&
    (value === undefined || isBytesLike(record.valueBytes, value)) &&
    Object.entries(headers).every(([name, text]) => record.headers[name] === text)
  );
}

function isBytesLike(bytes: Buffer | null, match: TypeOf<typeof bytesMatch>): boolean {
  if (bytes === null || match === null) return bytes === match;
  if (match.text !== undefined) return bytes.equals(Buffer.from(match.text));
  if (match.base64 !== undefined) return bytes.equals(Buffer.from(match.base64, "base64"));
  try {
    return contains(JSON.parse(bytes.toString()), match.json);
  } catch {
    return false; // Bytes that are no JSON are like none.
  }
}

function contains(actual: unknown, expected: unknown): boolean {
  if (!isObject(expected)) return isDeepStrictEqual(actual, expected);
  if (!isObject(actual)) return false;
  return Object.entries(expected).every(([name, value]) => contains(actual[name], value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
