import type { Random } from "../../ports/random.ts";
import { NetworkError } from "../../ports/network.ts";
import { asError, ClientError, KafkaError } from "../client-error.ts";
import type { ClientEnv } from "./connection-options.ts";

export interface RetryPolicy {
  /** Milliseconds from the first try after which no other is made. */
  readonly deadlineMs: number;
  /** Milliseconds before the second try; doubled for each one after it. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
}

export interface Retrying extends RetryPolicy {
  /** Each ends the waiting; the call then fails with what it was aborted with. */
  readonly signals?: readonly AbortSignal[];
  /** Called before each wait. It may forget what the failure proved stale. */
  beforeRetry?(error: Error, failures: number, waitMs: number): void;
}

/** Milliseconds to wait after `failures` tries (1 or more) in a row: exponential, with 20 % of jitter. */
export function backoffMs(
  policy: Pick<RetryPolicy, "backoffMs" | "backoffMsMax">,
  failures: number,
  random: Random,
): number {
  const exponential = Math.min(policy.backoffMsMax, policy.backoffMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(exponential * (0.8 + random.below(401) / 1_000));
}

/** Whether another try may succeed without the caller changing anything. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return (error instanceof KafkaError || error instanceof ClientError) && error.isRetriable;
}

/** Resolves after so long; rejects with the reason of the first signal that aborts. */
export async function delay(
  env: ClientEnv,
  delayMs: number,
  signals: readonly AbortSignal[] = [],
): Promise<void> {
  let timer: { cancel(): void } | null = null;
  const waiting = new Promise<void>((resolve) => void (timer = env.clock.schedule(delayMs, resolve)));
  try {
    await abortable(waiting, signals);
  } finally {
    (timer as { cancel(): void } | null)?.cancel();
  }
}

/** Resolves after so long, or as soon as the signal aborts: for loops that look at the signal themselves. */
export async function delayUnlessStopped(
  env: ClientEnv,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await delay(env, delayMs, [signal]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Settles as `promise` does, unless a signal aborts first: then it rejects with the reason. */
export async function abortable<T>(promise: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  if (signals.length === 0) return await promise;
  for (const signal of signals) {
    if (!signal.aborted) continue;
    promise.catch(() => {}); // Nobody waits for it any more.
    signal.throwIfAborted();
  }
  const aborted = Promise.withResolvers<never>();
  const stops = signals.map((signal) => () => aborted.reject(asError(signal.reason)));
  for (const [index, signal] of signals.entries()) signal.addEventListener("abort", stops[index]!);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    for (const [index, signal] of signals.entries()) signal.removeEventListener("abort", stops[index]!);
  }
}

/**
 * Calls `attempt` until it succeeds, fails for good, or the time is over; then the last error is thrown. A try that is
 * still under way when the time is over is left to itself.
 */
export async function retrying<T>(env: ClientEnv, settings: Retrying, attempt: () => Promise<T>): Promise<T> {
  const { deadlineMs } = settings;
  const late = new AbortController();
  const timer = env.clock.schedule(deadlineMs, () =>
    late.abort(new ClientError("timeout", `There was no answer within ${deadlineMs} ms`)),
  );
  const signals = [...(settings.signals ?? []), late.signal];
  const untilMs = env.clock.monotonic() + deadlineMs;
  let last: Error | null = null;
  try {
    for (let failures = 1; ; failures += 1) {
      try {
        return await abortable(attempt(), signals);
      } catch (error) {
        // What failed before says more than that the time is over.
        if (late.signal.aborted && last !== null) throw last;
        last = asError(error);
        const waitMs = backoffMs(settings, failures, env.random);
        if (!mayRetry(error) || env.clock.monotonic() + waitMs > untilMs) throw error;
        settings.beforeRetry?.(asError(error), failures, waitMs);
        await delay(env, waitMs, signals);
      }
    }
  } finally {
    timer.cancel();
  }
}
