/** A record that an application has dealt with. */
export interface ProcessedRecord {
  readonly topic: string;
  readonly partition: number;
  /** Clients give it as a number, a bigint or text. */
  readonly offset: number | bigint | string;
}

export interface Mark {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The last request that had arrived by then. */
  readonly afterSequence: number;
}

/** What applications say they have dealt with, by group. */
export class Processing {
  readonly #byGroup = new Map<string, Mark[]>();

  note(groupId: string, { topic, partition, offset }: ProcessedRecord, afterSequence: number): void {
    const marks = this.#byGroup.get(groupId) ?? [];
    marks.push({ topic, partition, offset: Number(offset), afterSequence });
    this.#byGroup.set(groupId, marks);
  }

  of(groupId: string): readonly Mark[] {
    return this.#byGroup.get(groupId) ?? [];
  }

  clear(): void {
    this.#byGroup.clear();
  }
}
