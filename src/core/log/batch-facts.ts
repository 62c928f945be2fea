import {
  baseOffsetOf,
  baseSequenceOf,
  decodeRecords,
  isControl,
  isTransactional,
  lastOffsetOf,
  lastSequenceOf,
  maxTimestampOf,
  producerEpochOf,
  producerIdOf,
} from "../../wire/kafka/record-batch.ts";
import type { BatchFacts, Marker } from "./producer-state.ts";

const MARKER_ABORT = 0;
const MARKER_COMMIT = 1;

/** What producer state is kept from; the batch's offsets must have been assigned. */
export function factsOf(bytes: Buffer, at: number): BatchFacts {
  return {
    producerId: producerIdOf(bytes, at),
    producerEpoch: producerEpochOf(bytes, at),
    firstSequence: baseSequenceOf(bytes, at),
    lastSequence: lastSequenceOf(bytes, at),
    firstOffset: baseOffsetOf(bytes, at),
    lastOffset: lastOffsetOf(bytes, at),
    timestamp: maxTimestampOf(bytes, at),
    isTransactional: isTransactional(bytes, at),
    isControl: isControl(bytes, at),
  };
}

/** The transaction marker in a control batch; null for control batches of other kinds and for emptied ones. */
export function markerOf(bytes: Buffer, at: number): Marker | null {
  const [record] = decodeRecords(bytes, at);
  const key = record?.key;
  const value = record?.value;
  if (!key || !value || key.length < 4 || value.length < 6) return null;
  const type = key.readInt16BE(2);
  if (type !== MARKER_ABORT && type !== MARKER_COMMIT) return null;
  return { isCommit: type === MARKER_COMMIT, coordinatorEpoch: value.readInt32BE(2) };
}
