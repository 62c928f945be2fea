import {
  baseOffsetOf,
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  crcIsValid,
  lastOffsetDeltaOf,
  MAGIC,
  magicOf,
} from "../../wire/kafka/record-batch.ts";

/** Why bytes in a segment are not a batch that may stand there. */
export type BatchFault = "cut-short" | "bad-length" | "bad-magic" | "bad-checksum" | "bad-offset";

export interface BatchPlace {
  /** The batch's base offset must be this or higher. */
  readonly offsetMin: number;
  /** Bytes from the batch's begin to the end of the segment. */
  readonly bytesLeft: number;
}

/** Looks at the header alone: at least `BATCH_HEADER_BYTES`, or all that is left, must be in `bytes`. */
export function headerFault(bytes: Buffer, at: number, place: BatchPlace): BatchFault | null {
  if (place.bytesLeft < BATCH_HEADER_BYTES) return "cut-short";
  const sizeBytes = batchSizeBytes(bytes, at);
  if (sizeBytes < BATCH_HEADER_BYTES) return "bad-length";
  if (magicOf(bytes, at) !== MAGIC) return "bad-magic";
  if (sizeBytes > place.bytesLeft) return "cut-short";
  const baseOffset = baseOffsetOf(bytes, at);
  const isOrdered = baseOffset >= place.offsetMin && lastOffsetDeltaOf(bytes, at) >= 0;
  return isOrdered && Number.isSafeInteger(baseOffset) ? null : "bad-offset";
}

/** Looks at the checksum too: the whole batch must be in `bytes`, and its header sound. */
export function bodyFault(bytes: Buffer, at: number): BatchFault | null {
  return crcIsValid(bytes, at) ? null : "bad-checksum";
}
