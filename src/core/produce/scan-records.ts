import { DecodeError } from "../../wire/kafka/reader.ts";
import { walkRecords, type RecordCursor } from "../../wire/kafka/record-batch.ts";
import { scanOrdinary, type RecordScan } from "./scan-ordinary.ts";

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
  if (ordinary !== null) return ordinary;
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
