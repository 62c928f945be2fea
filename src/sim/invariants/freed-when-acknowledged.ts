import type { BatchAnswered, BatchFreed, BatchWritten, SendSettled } from "./client-history.ts";
import { nameOf, type HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** A duplicate had been stored by an earlier attempt: that is what was asked for. */
const SATISFYING = new Set(["NONE", "DUPLICATE_SEQUENCE_NUMBER"]);

/**
 * A batch is freed only when its acks are satisfied: what was written to a connection stays in the producer's
 * buffer until the answer that its acks ask for has been received, or its caller was told that it failed. And no
 * caller is told of success before. With acks=0 nothing is waited for but the write.
 */
export class FreedWhenAcknowledged implements Invariant {
  readonly number = null;
  readonly name = "FreedWhenAcknowledged";
  /** For each client: bytes of the records that must still be in its buffer, by value. */
  readonly #due = new Map<string, Map<string, number>>();
  /** Values that their producer may forget. */
  readonly #satisfied = new Set<string>();
  /** Values whose acks are satisfied. */
  readonly #answers = new Set<string>();
  /** For each client and partition: records whose acks are satisfied and whose batch is not freed. */
  readonly #freeable = new Map<string, number>();

  observe(event: HistoryEvent): void {
    switch (event.kind) {
      case "batch-written":
        return this.#written(event);
      case "batch-answered":
        return this.#answered(event);
      case "batch-freed":
        return this.#freed(event);
      case "send-settled":
        return this.#settled(event);
      case "memory-seen":
        return this.#checkMemory(event.client, event.bufferedBytes);
      case "client-died":
        for (const client of this.#due.keys()) {
          if (client.startsWith(event.program)) this.#due.delete(client);
        }
        break;
      default:
    }
  }

  #dueOf(client: string): Map<string, number> {
    let due = this.#due.get(client);
    if (due === undefined) this.#due.set(client, (due = new Map()));
    return due;
  }

  #written(event: BatchWritten): void {
    const { client, acks, values, sizeBytes } = event;
    for (const value of values) {
      if (acks === 0) this.#satisfy(event, value);
      else if (!this.#satisfied.has(value)) this.#dueOf(client).set(value, sizeBytes / values.length);
    }
  }

  #answered(event: BatchAnswered): void {
    if (!SATISFYING.has(event.error)) return;
    for (const value of event.values) {
      this.#satisfy(event, value);
      this.#dueOf(event.client).delete(value);
    }
  }

  #satisfy(event: BatchAnswered | BatchWritten, value: string): void {
    const name = `${event.client} ${nameOf(event)}`;
    if (!this.#answers.has(value)) this.#freeable.set(name, (this.#freeable.get(name) ?? 0) + 1);
    this.#answers.add(value);
    this.#satisfied.add(value);
  }

  #freed(event: BatchFreed): void {
    if (event.reason !== "acknowledged") return;
    const name = `${event.client} ${nameOf(event)}`;
    const left = (this.#freeable.get(name) ?? 0) - event.records;
    this.#freeable.set(name, left);
    if (left >= 0) return;
    const details = `frees ${event.records} records for ${nameOf(event)}, ${-left} more than were acknowledged`;
    throw new Violation(this, `"${event.client}" ${details}`);
  }

  #settled({ client, value, acknowledged }: SendSettled): void {
    if (acknowledged !== null && !this.#satisfied.has(value)) {
      throw new Violation(this, `"${client}" says that "${value}" is acknowledged, and no answer said so`);
    }
    this.#satisfied.add(value);
    this.#dueOf(client).delete(value);
  }

  #checkMemory(client: string, bufferedBytes: number): void {
    const due = this.#dueOf(client);
    let dueBytes = 0;
    for (const sizeBytes of due.values()) dueBytes += sizeBytes;
    if (bufferedBytes >= Math.floor(dueBytes)) return;
    const some = [...due.keys()].slice(0, 3).join('", "');
    const details = `holds ${bufferedBytes} bytes, but ${Math.floor(dueBytes)} are written and not acknowledged ("${some}" …)`;
    throw new Violation(this, `"${client}" ${details}`);
  }
}
