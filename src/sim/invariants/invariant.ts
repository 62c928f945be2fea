import type { HistoryEvent } from "./history.ts";

/** Something that always holds. It reads the history event by event and throws `Violation` when it does not. */
export interface Invariant {
  /** The number in the project's list of invariants; null: what a client promises, which is not in that list. */
  readonly number: number | null;
  readonly name: string;
  observe(event: HistoryEvent): void;
}

export class Violation extends Error {
  readonly invariant: string;

  constructor({ number, name }: Pick<Invariant, "number" | "name">, details: string) {
    super(`${name}${number === null ? "" : ` (${number})`} is violated: ${details}`);
    this.name = "Violation";
    this.invariant = name;
  }
}
