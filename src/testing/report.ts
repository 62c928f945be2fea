import type { LogLine } from "./event-log.ts";
import type { ObservedRequest } from "./observed-request.ts";

const REQUESTS_MAX = 20;
const LINES_MAX = 20;

/** The last requests and the last words of the broker, in the order they came. */
export function reportOf(history: readonly ObservedRequest[], log: readonly LogLine[]): string {
  const lines = log.filter(({ level }) => level !== "debug").slice(-LINES_MAX);
  const entries = [
    ...history.slice(-REQUESTS_MAX).map((request) => ({ atMs: request.atMs, text: request.toString() })),
    ...lines.map(({ atMs, level, message }) => {
      return { atMs, text: `${new Date(atMs).toISOString().slice(11, 23)} ${level}: ${message}` };
    }),
  ];
  entries.sort((left, right) => left.atMs - right.atMs);
  return entries.map(({ text }) => text).join("\n");
}
