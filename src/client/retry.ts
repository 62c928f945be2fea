import type { Random } from "../ports/random.ts";
import { NetworkError } from "../ports/network.ts";
import { ClientError, KafkaError } from "./client-error.ts";
import type { ClientEnv } from "./kafka-connection.ts";

export interface RetryPolicy {
  /** Milliseconds from the first try after which no other is made. */
  readonly deadlineMs: number;
  /** Milliseconds before the second try; doubled for each one after it. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
}

/** Milliseconds to wait after `failures` tries (1 or more) in a row: exponential, with 20 % of jitter. */
export function backoffMs(policy: RetryPolicy, failures: number, random: Random): number {
  const exponential = Math.min(policy.backoffMsMax, policy.backoffMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(exponential * (0.8 + random.below(401) / 1_000));
}

/** Whether another try may succeed without the caller changing anything. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return (error instanceof KafkaError || error instanceof ClientError) && error.isRetriable;
}

export function delay(env: ClientEnv, delayMs: number): Promise<void> {
  return new Promise((resolve) => void env.clock.schedule(delayMs, resolve));
}

/**
 * Calls `attempt` until it succeeds, fails for good, or the policy's time is over; then the last error is
 * thrown. `beforeRetry` may forget what the failure proved stale.
 */
export async function retrying<T>(
  env: ClientEnv,
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  beforeRetry: (error: unknown) => void = () => {},
): Promise<T> {
  const startedMs = env.clock.monotonic();
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = backoffMs(policy, failures, env.random);
      if (!mayRetry(error) || env.clock.monotonic() + waitMs - startedMs > policy.deadlineMs) throw error;
      beforeRetry(error);
      await delay(env, waitMs);
    }
  }
}
