import { EARLIEST, LATEST } from "../client/consumer/list-offsets.ts";
import { UsageError } from "./usage.ts";

/** A place in a partition, as a person names it. */
export type OffsetPlace =
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "beforeEnd"; readonly records: number }
  | { readonly kind: "timestamp"; readonly timestamp: number }
  | { readonly kind: "stored" };

/** `beginning`, `end`, `stored`, a number, `-N` (N records before the end) or `@TIME`. */
export function parsePlace(text: string): OffsetPlace {
  if (text === "beginning") return { kind: "timestamp", timestamp: EARLIEST };
  if (text === "end") return { kind: "timestamp", timestamp: LATEST };
  if (text === "stored") return { kind: "stored" };
  if (/^\d+$/.test(text)) return { kind: "offset", offset: Number(text) };
  if (/^-\d+$/.test(text)) return { kind: "beforeEnd", records: -Number(text) };
  if (text.startsWith("@")) return { kind: "timestamp", timestamp: parseTime(text.slice(1)) };
  throw new UsageError(`Expected beginning, end, stored, an offset, -N or @TIME, got "${text}"`);
}

/** Milliseconds since the epoch: such a number, or a date that JavaScript reads (ISO 8601). */
export function parseTime(text: string): number {
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`Expected milliseconds or an ISO 8601 time, got "${text}"`);
  return time;
}

export interface ConsumeRange {
  readonly start: OffsetPlace | null;
  /** Records from this time on are not shown. */
  readonly endTimestamp: number | null;
}

/** The values of kcat's `-o`: one place to start, and `s@TIME` and `e@TIME` as the bounds of a stretch of time. */
export function parseRange(texts: readonly string[]): ConsumeRange {
  let range: ConsumeRange = { start: null, endTimestamp: null };
  for (const text of texts) {
    if (text.startsWith("e@")) range = { ...range, endTimestamp: parseTime(text.slice(2)) };
    else range = { ...range, start: parsePlace(text.startsWith("s@") ? text.slice(1) : text) };
  }
  return range;
}
