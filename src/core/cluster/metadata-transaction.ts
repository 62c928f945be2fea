import type { MetadataRecord } from "./metadata-record.ts";

/**
 * Holds back the records of a change that is too large for one batch (KIP-868): they come true together, at
 * the record that ends them, or not at all.
 */
export class MetadataTransaction {
  private held: MetadataRecord[] | null = null;

  /** Between its begin and its end: the log's end is no place to stop. */
  get isOpen(): boolean {
    return this.held !== null;
  }

  /** The records that come true now. */
  pass(records: readonly MetadataRecord[]): readonly MetadataRecord[] {
    if (this.held === null && !records.some(isBoundary)) return records;
    const passed: MetadataRecord[] = [];
    for (const record of records) {
      if (record.name === "BeginTransactionRecord") this.held = [];
      else if (record.name === "AbortTransactionRecord") this.held = null;
      else if (record.name === "EndTransactionRecord") {
        for (const held of this.held ?? []) passed.push(held);
        this.held = null;
      } else (this.held ?? passed).push(record);
    }
    return passed;
  }
}

function isBoundary({ name }: MetadataRecord): boolean {
  return (
    name === "BeginTransactionRecord" || name === "EndTransactionRecord" || name === "AbortTransactionRecord"
  );
}
