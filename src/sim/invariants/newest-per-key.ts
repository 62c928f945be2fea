import { nameOf, type HistoryEvent, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

interface Newest {
  readonly offset: number;
  readonly value: string | null;
  readonly timestampMs: number;
}

/** Clocks jump in a simulation, by less than this in all. */
const JUMPS_MS_MAX = 300_000;

/**
 * Compaction keeps the newest record of each key at its offset. What was newest is learnt from what consumers read
 * before: a key that was once visible must not vanish, except for a tombstone that is old enough.
 */
export class NewestPerKey implements Invariant {
  readonly number = 9;
  readonly name = "NewestPerKey";
  readonly #newest = new Map<string, Map<string, Newest>>();
  readonly #deletedBefore = new Map<string, number>();
  /** For each partition: keys for which a tombstone was sent that nobody may have seen. */
  readonly #deleted = new Map<string, Set<string>>();

  observe(event: HistoryEvent): void {
    if (event.kind === "records-deleted") {
      const name = nameOf(event);
      this.#deletedBefore.set(name, Math.max(event.beforeOffset, this.#deletedBefore.get(name) ?? 0));
    }
    if (event.kind === "sent") this.#remember(nameOf(event), event.tombstones ?? []);
    if (event.kind === "scanned" && event.policy.isCompacted) this.#check(event);
    if (event.kind !== "fetched" && event.kind !== "scanned") return;
    const newest = this.#of(nameOf(event));
    for (const { key, offset, value, timestampMs } of event.records) {
      if (key === null || offset < (newest.get(key)?.offset ?? 0)) continue;
      newest.set(key, { offset, value, timestampMs });
    }
  }

  #remember(partition: string, keys: readonly string[]): void {
    const deleted = this.#deleted.get(partition) ?? new Set();
    for (const key of keys) deleted.add(key);
    this.#deleted.set(partition, deleted);
  }

  #of(partition: string): Map<string, Newest> {
    let newest = this.#newest.get(partition);
    if (newest === undefined) this.#newest.set(partition, (newest = new Map()));
    return newest;
  }

  #check(scan: Scanned): void {
    const partition = nameOf(scan);
    const scanned = new Map<string, number>();
    let latestMs = 0;
    for (const { key, offset, timestampMs } of scan.records) {
      if (key !== null) scanned.set(key, offset);
      latestMs = Math.max(latestMs, timestampMs);
    }
    const deletedBefore = Math.max(this.#deletedBefore.get(partition) ?? 0, scan.logStartOffset);
    for (const [key, { offset, value, timestampMs }] of this.#of(partition)) {
      if (offset < deletedBefore || (scanned.get(key) ?? -1) >= offset) continue;
      const isDeleted = value === null || this.#deleted.get(partition)?.has(key) === true;
      const ageMs = latestMs - timestampMs + JUMPS_MS_MAX;
      if (isDeleted && !scanned.has(key) && ageMs >= scan.policy.deleteRetentionMs) continue;
      const found = scanned.has(key) ? `offset ${scanned.get(key)}` : "nothing";
      throw new Violation(this, `${partition} key "${key}" was last at ${offset}; the log holds ${found}`);
    }
  }
}
