import type { ApiName } from "./api-name.ts";
import type { ObservedRequest } from "./observed-request.ts";

/** Which requests a fault meets. All that is stated must hold. */
export interface FaultFilter {
  /** How many requests it meets before it is over; default: all, until it is removed. */
  readonly times?: number;
  /** Only requests about this topic. */
  readonly topic?: string;
  /** Only requests about this partition; needs `topic`. */
  readonly partition?: number;
  /** Only requests of this client. */
  readonly clientId?: string;
  /** Only requests for which this returns true. */
  readonly where?: (request: ObservedRequest) => boolean;
}

/** What happens to a request that a fault meets. */
export type FaultEffect =
  | { readonly kind: "fail"; readonly code: number; readonly name: string }
  | { readonly kind: "delay"; readonly delayMs: number }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "disconnect" }
  | { readonly kind: "throttle"; readonly throttleMs: number };

/** Something that goes wrong on purpose, from the moment it is made until it is removed or has happened `times` times. */
export class Fault {
  /** How often it has happened. */
  hits = 0;
  readonly #description: string;
  readonly #times: number;
  readonly #onRemove: () => void;
  #isRemoved = false;

  /** @internal */
  constructor(description: string, times = Infinity, onRemove: () => void = () => {}) {
    this.#description = description;
    this.#times = times;
    this.#onRemove = onRemove;
  }

  /** Whether it will still happen. */
  get isActive(): boolean {
    return !this.#isRemoved && this.hits < this.#times;
  }

  /** Ends it; removing twice is fine. */
  remove(): void {
    if (this.#isRemoved) return;
    this.#isRemoved = true;
    this.#onRemove();
  }

  [Symbol.dispose](): void {
    this.remove();
  }

  /** What was asked for, and how often it has happened. */
  toString(): string {
    return `${this.#description}: ${this.hits === 1 ? "1 hit" : `${this.hits} hits`}`;
  }

  /** @internal Counts a hit if there is one left. */
  hit(): boolean {
    if (!this.isActive) return false;
    this.hits += 1;
    return true;
  }
}

/** A fault of requests, as the one who stands before them knows it. */
export interface RequestFault {
  readonly fault: Fault;
  /** Null meets every API. */
  readonly api: ApiName | null;
  readonly filter: FaultFilter;
  readonly effect: FaultEffect;
}

export function describeFault(call: string, { times, topic, partition, clientId }: FaultFilter): string {
  const stated = Object.entries({ times, topic, partition, clientId }).filter(
    ([, value]) => value !== undefined,
  );
  if (stated.length === 0) return `${call})`;
  return `${call}, { ${stated.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ")} })`;
}
