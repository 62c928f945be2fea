import type { Fault, ProcessedRecord, Snapshot, TestBroker } from "../testing/index.ts";
import type { Limits } from "./limits.ts";
import { notFound, Problem } from "./problem.ts";

interface TakenSnapshot {
  readonly snapshot: Snapshot;
  readonly takenAtMs: number; // By the broker's clock.
}

/** A broker with names for what a test in another process cannot hold in its hand: faults and snapshots. */
export class HostedBroker {
  readonly id: string;
  readonly broker: TestBroker;
  readonly #limits: Limits;
  readonly #faults = new Map<string, Fault>();
  readonly #snapshots = new Map<string, TakenSnapshot>();
  readonly #gone = new AbortController();
  #made: Fault[] = [];
  #faultCount = 0;
  #snapshotCount = 0;
  #processedCount = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(id: string, broker: TestBroker, limits: Limits) {
    this.id = id;
    this.broker = broker;
    this.#limits = limits;
  }

  get state(): "running" | "crashed" {
    return this.broker.isRunning ? "running" : "crashed";
  }

  /** Aborted when the broker is stopped. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Crashes, restarts and the like are made one after the other, in the order in which they were asked for. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => {},
      () => {}, // Whoever asked hears of it.
    );
    return result;
  }

  crash(options: { readonly powerCut: boolean }): Promise<void> {
    return this.inTurn(() => this.broker.crash(options));
  }

  restart(): Promise<void> {
    return this.inTurn(() => this.broker.restart());
  }

  reset(): Promise<void> {
    return this.inTurn(async () => {
      await this.broker.reset();
      this.#faults.clear();
      this.#made = [];
      this.#processedCount = 0;
    });
  }

  /** @throws Problem when there are as many as there may be, whatever else `make` throws. */
  addFault(make: (broker: TestBroker) => Fault): string {
    this.#mustHaveRoom({
      nouns: "faults",
      wanted: this.#made.length + 1,
      max: this.#limits.faultsMax,
      wayOut: "reset the broker",
    });
    const fault = make(this.broker);
    this.#made.push(fault);
    this.#faultCount += 1;
    const id = `f${this.#faultCount}`;
    this.#faults.set(id, fault);
    return id;
  }

  fault(id: string): Fault {
    const fault = this.#faults.get(id);
    if (fault === undefined) throw notFound("fault", id, this.#faults.keys());
    return fault;
  }

  get faults(): ReadonlyMap<string, Fault> {
    return this.#faults;
  }

  /** Ends it and forgets its id; one that never happened is still reported at the end. */
  liftFault(id: string): Fault {
    const fault = this.fault(id);
    fault.remove();
    this.#faults.delete(id);
    return fault;
  }

  takeSnapshot(): Promise<string> {
    return this.inTurn(async () => {
      this.#mustHaveRoom({
        nouns: "snapshots",
        wanted: this.#snapshots.size + 1,
        max: this.#limits.snapshotsMax,
        wayOut: "delete one",
      });
      const snapshot = this.broker.snapshot();
      this.#snapshotCount += 1;
      const id = `s${this.#snapshotCount}`;
      this.#snapshots.set(id, { snapshot, takenAtMs: this.broker.now() });
      return id;
    });
  }

  snapshot(id: string): TakenSnapshot {
    const taken = this.#snapshots.get(id);
    if (taken === undefined) throw notFound("snapshot", id, this.#snapshots.keys());
    return taken;
  }

  get snapshots(): ReadonlyMap<string, TakenSnapshot> {
    return this.#snapshots;
  }

  restore(id: string): Promise<void> {
    const { snapshot } = this.snapshot(id);
    return this.inTurn(() => this.broker.restore(snapshot));
  }

  forgetSnapshot(id: string): void {
    this.snapshot(id);
    this.#snapshots.delete(id);
  }

  noteProcessed(groupId: string, records: readonly ProcessedRecord[]): void {
    this.#mustHaveRoom({
      nouns: "processed records",
      wanted: this.#processedCount + records.length,
      max: this.#limits.processedMax,
      wayOut: "reset the broker",
    });
    this.#processedCount += records.length;
    for (const record of records) this.broker.noteProcessed(groupId, record);
  }

  /** Faults that were asked for and never happened, as text. */
  get unhitFaults(): string[] {
    return this.#made.filter(({ hits }) => hits === 0).map((fault) => fault.toString());
  }

  stop(): Promise<void> {
    this.#gone.abort(new Problem("not-found", `The broker "${this.id}" has been stopped meanwhile.`));
    return this.inTurn(() => this.broker.stop());
  }

  #mustHaveRoom({ nouns, wanted, max, wayOut }: Room): void {
    if (wanted <= max) return;
    throw new Problem(
      "limit-reached",
      `The broker "${this.id}" would have ${wanted} ${nouns}, and ${max} are allowed: ${wayOut}, or start the test server with a higher limit.`,
    );
  }
}

interface Room {
  readonly nouns: string;
  readonly wanted: number;
  readonly max: number;
  readonly wayOut: string;
}
