import type { ConsumerRecord } from "../../client/consumer/consumer-record.ts";
import { UsageError } from "../usage.ts";

/*
 * Format strings as kcat's -f has them. A template is read once into parts; a record then becomes bytes
 * without its key or value ever being read as text.
 */

type Part = Buffer | ((record: ConsumerRecord) => Buffer);

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "0": "\0" };

const FIELDS: Readonly<Record<string, (record: ConsumerRecord) => Buffer>> = {
  t: (record) => Buffer.from(record.topic),
  p: (record) => Buffer.from(String(record.partition)),
  o: (record) => Buffer.from(String(record.offset)),
  T: (record) => Buffer.from(String(record.timestamp)),
  k: (record) => record.key ?? Buffer.alloc(0),
  s: (record) => record.value ?? Buffer.alloc(0),
  K: (record) => Buffer.from(String(record.key?.length ?? -1)),
  S: (record) => Buffer.from(String(record.value?.length ?? -1)),
  R: (record) => bigEndian(record.value?.length ?? -1),
  h: (record) => headersText(record),
};

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function headersText(record: ConsumerRecord): Buffer {
  return Buffer.from(
    record.headers.map(({ key, value }) => `${key}=${value === null ? "NULL" : value.toString()}`).join(","),
  );
}

/** @throws UsageError when the template names a field that does not exist. */
export function parseTemplate(template: string): (record: ConsumerRecord) => Buffer {
  const parts: Part[] = [];
  for (const [token] of template.matchAll(/%.?|\\x[0-9a-fA-F]{2}|\\.?|[^%\\]+/gs)) parts.push(partOf(token));
  return (record) => Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : part(record))));
}

function partOf(token: string): Part {
  if (token === "%%") return Buffer.from("%");
  if (token.startsWith("%")) {
    const field = FIELDS[token.slice(1)];
    if (field === undefined) throw new UsageError(`"${token}" in -f is no field of a record`);
    return field;
  }
  if (token.startsWith("\\x")) return Buffer.from([parseInt(token.slice(2), 16)]);
  if (token.startsWith("\\")) return Buffer.from(ESCAPES[token.slice(1)] ?? token);
  return Buffer.from(token);
}

/** A record as one line of JSON. Bytes that are not UTF-8 are shown with replacement characters. */
export function jsonLine(record: ConsumerRecord): Buffer {
  const { topic, partition, offset, timestamp } = record;
  const headers = record.headers.map(({ key, value }) => [key, value?.toString() ?? null]);
  const key = record.key?.toString() ?? null;
  const value = record.value?.toString() ?? null;
  return Buffer.from(`${JSON.stringify({ topic, partition, offset, timestamp, key, value, headers })}\n`);
}
