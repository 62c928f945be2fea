import { isUtf8 } from "node:buffer";
import type { Fault, TestRecord } from "../testing/index.ts";
import type { HostedBroker } from "./hosted-broker.ts";
import type { TypeOf } from "./schema.ts";
import type { broker, bytes, fault, record } from "./shared-schemas.ts";

export function viewBroker(hosted: HostedBroker): TypeOf<typeof broker> {
  const { id, state } = hosted;
  return { id, bootstrapServers: hosted.broker.bootstrapServers, state, nowMs: hosted.broker.now() };
}

export function viewFault(id: string, made: Fault): TypeOf<typeof fault> {
  return { id, text: made.toString(), hits: made.hits, isActive: made.isActive };
}

export function viewBytes(buffer: Buffer | null): TypeOf<typeof bytes> | null {
  if (buffer === null) return null;
  const base64 = buffer.toString("base64");
  if (!isUtf8(buffer)) return { base64 };
  const text = buffer.toString();
  const json = parsed(text);
  return { base64, text, ...(json !== undefined && { json }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // Text that is no JSON: mostly so.
  }
}

export function viewRecord(seen: TestRecord): TypeOf<typeof record> {
  const { topic, partition, offset, timestampMs, headers } = seen;
  const key = viewBytes(seen.keyBytes);
  return { topic, partition, offset, timestampMs, key, value: viewBytes(seen.valueBytes), headers };
}

/** A decoded body as JSON has it: bytes become `Bytes`. */
export function viewBody(body: unknown): unknown {
  if (Buffer.isBuffer(body)) return viewBytes(body);
  if (Array.isArray(body)) return body.map(viewBody);
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, viewBody(value)]));
}

/** As much of a list as one answer may hold. */
export function withinBytes<T>(
  all: readonly T[],
  sizeOf: (one: T) => number,
  bytesMax: number,
): readonly T[] {
  let sizeBytes = 0;
  const cut = all.findIndex((one) => (sizeBytes += sizeOf(one)) > bytesMax);
  return cut === -1 ? all : all.slice(0, cut);
}

/** What a record takes in an answer, about: it stands there up to three times. */
export function recordBytes({ keyBytes, valueBytes }: TestRecord): number {
  return RECORD_BYTES + 4 * ((keyBytes?.length ?? 0) + (valueBytes?.length ?? 0));
}

const RECORD_BYTES = 200;
