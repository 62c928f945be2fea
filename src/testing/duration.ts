import { ArgumentError } from "./argument-error.ts";

/** Milliseconds, or a number with a unit: `"250ms"`, `"30s"`, `"5m"`, `"2h"`, `"7d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws ArgumentError when it is no duration, or a negative one. */
export function durationMs(duration: Duration): number {
  const [, count, unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(duration)) ?? [];
  if (count === undefined) {
    throw new ArgumentError(
      `"${duration}" is no duration; write milliseconds, or "250ms", "30s", "5m", "2h", "7d"`,
    );
  }
  return Number(count) * unitMs[unit]!;
}
