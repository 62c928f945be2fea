import { DecodeError } from "../../wire/kafka/reader.ts";
import { walkRecords, type RecordCursor } from "../../wire/kafka/record-batch.ts";
import { scanOrdinary, type OrdinaryRecords } from "./scan-ordinary.ts";

/** What one pass over a batch's records found. Timestamps are deltas to the batch's base, in ms. */
export interface RecordScan {
  readonly timestampDeltaMax: number;
  readonly timestampDeltaMin: number;
  /** The offset deltas are 0, 1, 2, … */
  readonly isSequential: boolean;
  readonly hasNullKey: boolean;
}

class Scanner implements RecordScan {
  timestampDeltaMax = -Infinity;
  timestampDeltaMin = Infinity;
  isSequential = true;
  hasNullKey = false;

  /** Bound once: the hot path makes no closure per batch. */
  readonly visit = (record: RecordCursor): void => {
    const { timestampDelta } = record;
    if (timestampDelta > this.timestampDeltaMax) this.timestampDeltaMax = timestampDelta;
    if (timestampDelta < this.timestampDeltaMin) this.timestampDeltaMin = timestampDelta;
    if (record.offsetDelta !== record.index) this.isSequential = false;
    if (record.keySize < 0) this.hasNullKey = true;
  };

  /** Takes over what the quick pass found. */
  take({ timestampDeltaMax, timestampDeltaMin, hasNullKey }: OrdinaryRecords): RecordScan {
    this.timestampDeltaMax = timestampDeltaMax;
    this.timestampDeltaMin = timestampDeltaMin;
    this.isSequential = true;
    this.hasNullKey = hasNullKey;
    return this;
  }

  reset(): void {
    this.timestampDeltaMax = -Infinity;
    this.timestampDeltaMin = Infinity;
    this.isSequential = true;
    this.hasNullKey = false;
  }
}

const scanner = new Scanner();

/**
 * Proves that a consumer will be able to read the records of an unpacked block: null when it will not. The
 * result is valid until the next call.
 */
export function scanRecords(block: Buffer, count: number): RecordScan | null {
  const ordinary = scanOrdinary(block, count);
  if (ordinary !== null) return scanner.take(ordinary);
  scanner.reset();
  try {
    walkRecords(block, count, scanner.visit);
  } catch (error) {
    // Malformed records are an answer here, not a failure.
    if (error instanceof DecodeError) return null;
    throw error;
  }
  return scanner;
}
