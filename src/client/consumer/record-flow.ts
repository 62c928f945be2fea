import type { AnyPartition, ConsumedPartition } from "./consumed-partition.ts";
import type { ConsumerRecord } from "./consumer-record.ts";
import { Delivery } from "./delivery.ts";
import type { ClientEnv } from "../network/connection-options.ts";

interface Wiring<K, V> {
  readonly partitions: ReadonlyMap<string, ConsumedPartition<K, V>>;
  readonly recordsMax: number;
  readonly counts: { recordsReceived: number };
  /** There is room to fetch more. */
  onTaken(): void;
}

/** Milliseconds of handing over after which other work of the process gets its turn. */
const TURN_MS = 5;

/**
 * Hands fetched records to the one who consumes them, partition by partition in the order in which they came. What was
 * handed over counts as worked through when more is asked for.
 */
export class RecordFlow<K, V> {
  private readonly env: ClientEnv;
  private readonly wiring: Wiring<K, V>;
  private ready: ConsumedPartition<K, V>[] = []; // Oldest first, each once; some may have nothing any more.
  private delivery: Delivery<K, V> | null = null;
  private isHeld = false; // Whether the caller is working on it.
  private heldSince = { delivery: null as Delivery<K, V> | null, index: -1, sinceMs: 0 };
  private idleWaiters: (() => void)[] = [];
  private arrival: (() => void) | null = null;
  private failure: Error | null = null;
  private isFinal = false; // Whether the failure stays.
  private isEnded = false;
  private turnMs: number; // When other work of the process had its turn.

  constructor(env: ClientEnv, wiring: Wiring<K, V>) {
    this.env = env;
    this.wiring = wiring;
    this.turnMs = env.clock.monotonic();
  }

  /**
   * The next records, of one partition; null when there were none for `waitMs`, or the flow has ended. Of a batch all
   * records are given to the caller; else the first, and the caller moves on by itself.
   * @throws what failed: once, unless it is final.
   */
  async next(isBatch: boolean, waitMs = Infinity): Promise<Delivery<K, V> | null> {
    this.release();
    const { clock } = this.env;
    const startedMs = clock.monotonic();
    if (startedMs - this.turnMs > TURN_MS) await this.turn();
    for (;;) {
      if (this.isEnded) return null;
      if (this.failure !== null) throw this.takeFailure();
      const delivery = this.takeReady(isBatch);
      this.wiring.onTaken();
      if (delivery !== null) return delivery;
      const leftMs = startedMs + waitMs - clock.monotonic();
      if (leftMs <= 0) return null;
      await this.arrives(leftMs);
    }
  }

  /** The caller is done with what it was handed. */
  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.delivery!.release();
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  /** Lets input that has come be handled: a caller that never waits for anything else would keep it out. */
  private async turn(): Promise<void> {
    const { clock } = this.env;
    await new Promise<void>((resolve) => clock.defer(resolve));
    this.turnMs = clock.monotonic();
  }

  private takeReady(isBatch: boolean): Delivery<K, V> | null {
    for (let partition = this.ready.shift(); partition !== undefined; partition = this.ready.shift()) {
      if (!partition.isReady || this.wiring.partitions.get(partition.name) !== partition) continue;
      const records = this.takeFrom(partition);
      if (records.length === 0) continue;
      this.wiring.counts.recordsReceived += records.length;
      this.delivery = new Delivery(partition, records, isBatch);
      this.isHeld = true;
      return this.delivery;
    }
    return null;
  }

  private takeFrom(partition: ConsumedPartition<K, V>): ConsumerRecord<K, V>[] {
    try {
      const records = partition.take(this.wiring.recordsMax);
      // Nothing to see, and all before it has been worked through: the offset behind it may be committed.
      if (records.length === 0 && partition.position !== null) {
        partition.advance({ offset: partition.position, leaderEpoch: -1 });
      }
      return records;
    } finally {
      // Behind the others. A failure shows again at the next call, unless the caller seeks past it.
      if (partition.isReady) this.ready.push(partition);
    }
  }

  private async arrives(waitMs: number): Promise<void> {
    const { clock } = this.env;
    await new Promise<void>((resolve) => {
      const timer = waitMs === Infinity ? null : clock.schedule(waitMs, resolve);
      this.arrival = () => {
        timer?.cancel();
        resolve();
      };
    });
    this.arrival = null;
    this.turnMs = clock.monotonic();
  }

  /** The partition may have something to hand over. */
  offer(partition: AnyPartition): void {
    const own = this.wiring.partitions.get(partition.name);
    if (own === undefined || own !== partition || !own.isReady) return;
    if (!this.ready.includes(own)) this.ready.push(own);
    this.arrival?.();
  }

  /** Told by the next call of `next`; by all that follow, if it is final. */
  fail(error: Error, { isFinal = false } = {}): void {
    this.failure = isFinal ? error : (this.failure ?? error);
    this.isFinal ||= isFinal;
    this.arrival?.();
  }

  private takeFailure(): Error {
    const failure = this.failure!;
    if (!this.isFinal) this.failure = null;
    return failure;
  }

  /** Nothing more is handed over. */
  end(): void {
    this.isEnded = true;
    this.note();
    if (this.delivery !== null) this.cut(this.delivery.partition, { putsBack: false });
    this.arrival?.();
  }

  /** What of the partition was handed over and not looked at goes back to it, or is not handed over any more. */
  cut(partition: ConsumedPartition<K, V>, options: { readonly putsBack: boolean }): void {
    const { delivery } = this;
    if (delivery === null || delivery.partition !== partition) return;
    const rest = delivery.cut();
    if (options.putsBack) partition.putBack(rest);
    else if (rest.length > 0) partition.position = rest[0]!.offset;
  }

  /** Brings each partition's `processed` up to date. */
  note(): void {
    if (this.isHeld) this.delivery!.note();
  }

  /** Whether the caller works on records of the partition. */
  holds(partition: AnyPartition): boolean {
    return this.isHeld && this.delivery?.partition === partition;
  }

  /** Resolves when what was handed over has been worked through. */
  async idle(): Promise<void> {
    if (this.isHeld) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  /**
   * Monotonic ms since which the record, or batch, at hand has been worked on, as far as the calls of this method can
   * tell; null when there is none.
   */
  busySinceMs(): number | null {
    if (!this.isHeld) return null;
    const { delivery, heldSince } = this;
    if (heldSince.delivery !== delivery || heldSince.index !== delivery!.index) {
      this.heldSince = { delivery, index: delivery!.index, sinceMs: this.env.clock.monotonic() };
    }
    return this.heldSince.sinceMs;
  }
}
