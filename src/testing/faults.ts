import { ArgumentError } from "./argument-error.ts";
import type { Room } from "../io/memory/memory-disk.ts";
import { errorCode, errorNames, type ErrorName } from "../tables/errors.ts";
import { checkApiName, type ApiName } from "./api-name.ts";
import { durationMs, type Duration } from "./duration.ts";
import { describeFault, Fault, type FaultEffect, type FaultFilter } from "./fault.ts";
import type { NetworkGate } from "./network-gate.ts";
import type { RequestGate } from "./request-gate.ts";

export interface FaultsOptions {
  readonly gate: RequestGate;
  readonly mustBeInMemory: (why: string) => void;
  readonly network: () => NetworkGate | null;
}

interface Wanted {
  readonly call: string;
  readonly api: ApiName | null;
  readonly filter: FaultFilter;
  readonly effect: FaultEffect;
}

/** Makes faults, and knows which have never happened. */
export class Faults {
  readonly #options: FaultsOptions;
  #made: Fault[] = [];
  #refusing: Fault[] = [];
  #full: Fault[] = [];

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** The disk's, as `fullDisk` has it. */
  readonly room: Room = {
    isFull: () => this.#full.some((fault) => fault.isActive),
    onRefused: () => this.#full.find((fault) => fault.isActive)?.hit(),
  };

  fail(api: ApiName, error: ErrorName, filter: FaultFilter): Fault {
    if (!errorNames.includes(error)) throw new ArgumentError(`Kafka has no error "${String(error)}"`);
    const effect = { kind: "fail", code: errorCode(error), name: error } as const;
    return this.#onRequests({ call: `fail("${api}", "${error}"`, api, filter, effect });
  }

  delay(api: ApiName, duration: Duration, filter: FaultFilter): Fault {
    const effect = { kind: "delay", delayMs: durationMs(duration) } as const;
    return this.#onRequests({ call: `delay("${api}", "${duration}"`, api, filter, effect });
  }

  loseAnswer(api: ApiName, filter: FaultFilter): Fault {
    return this.#onRequests({ call: `loseAnswer("${api}"`, api, filter, effect: { kind: "lose-answer" } });
  }

  disconnect(api: ApiName | undefined, filter: FaultFilter): Fault {
    if (api !== undefined) {
      return this.#onRequests({ call: `disconnect("${api}"`, api, filter, effect: { kind: "disconnect" } });
    }
    const fault = this.#keep(new Fault("disconnect()", 1));
    const cut = this.#options.network()?.cut() ?? 0;
    fault.hits = cut;
    return fault;
  }

  throttle(duration: Duration, filter: FaultFilter): Fault {
    const effect = { kind: "throttle", throttleMs: durationMs(duration) } as const;
    return this.#onRequests({ call: `throttle("${duration}"`, api: null, filter, effect });
  }

  refuseConnections(): Fault {
    const fault = this.#keep(new Fault("refuseConnections()"));
    this.#refusing.push(fault);
    return fault;
  }

  fullDisk(): Fault {
    this.#options.mustBeInMemory("fullDisk()");
    const fault = this.#keep(new Fault("fullDisk()"));
    this.#full.push(fault);
    return fault;
  }

  /** Whether the next connection is let in. */
  mayConnect(): boolean {
    return !this.#refusing.some((fault) => fault.hit());
  }

  /** Those that were asked for and never happened: mostly a test that tests nothing. */
  get unhit(): Fault[] {
    return this.#made.filter((fault) => fault.hits === 0);
  }

  /** Ends all of them. */
  clear(): void {
    for (const fault of this.#made) fault.remove();
    this.#made = [];
    this.#refusing = [];
    this.#full = [];
    this.#options.gate.clear();
  }

  #onRequests({ call, api, filter, effect }: Wanted): Fault {
    if (api !== null) checkApiName(api);
    if (filter.partition !== undefined && filter.topic === undefined) {
      throw new ArgumentError("A fault of a partition needs its topic");
    }
    const fault = this.#keep(new Fault(describeFault(call, filter), filter.times));
    this.#options.gate.add({ fault, api, filter, effect });
    return fault;
  }

  #keep(fault: Fault): Fault {
    this.#made.push(fault);
    return fault;
  }
}
