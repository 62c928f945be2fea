export type Verdict = "ok" | "warning" | "problem";

/** One thing about this machine that a broker depends on. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly found: string;
  /** What to do about it; null when all is well. */
  readonly advice: string | null;
}

export function ok(check: string, found: string): Finding {
  return { check, verdict: "ok", found, advice: null };
}

export function warning(check: string, found: string, advice: string): Finding {
  return { check, verdict: "warning", found, advice };
}

export function problem(check: string, found: string, advice: string): Finding {
  return { check, verdict: "problem", found, advice };
}
