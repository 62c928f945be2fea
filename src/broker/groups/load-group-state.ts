import { GroupState } from "../../core/groups/group-state.ts";
import {
  batchSizeBytes,
  decodeRecords,
  isControl,
  isTransactional,
  producerIdOf,
} from "../../wire/kafka/record-batch.ts";
import type { DecodedRecord } from "../../wire/kafka/record-batch.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";
import { decodeGroupRecord } from "./group-record-codec.ts";
import type { OffsetsPartition } from "./offsets-partition.ts";

export interface LoadedState {
  readonly state: GroupState;
  readonly recordCount: number;
  /** Records that could not be read: a newer broker's layouts, most likely. They stay in the log. */
  readonly skippedCount: number;
}

/** Reads a partition of `__consumer_offsets` from its start to its end, or until nobody wants it any more. */
export async function loadGroupState(
  partition: OffsetsPartition,
  isWanted: () => boolean,
): Promise<LoadedState> {
  const loading = { state: new GroupState(), recordCount: 0, skippedCount: 0 };
  for await (const chunk of partition.read()) {
    if (!isWanted()) break;
    for (let at = 0; at < chunk.length; at += batchSizeBytes(chunk, at)) applyBatch(loading, chunk, at);
  }
  return loading;
}

interface Loading {
  readonly state: GroupState;
  recordCount: number;
  skippedCount: number;
}

function applyBatch(loading: Loading, chunk: Buffer, at: number): void {
  const producerId = producerIdOf(chunk, at);
  for (const record of decodeRecords(chunk, at)) {
    loading.recordCount += 1;
    if (isControl(chunk, at)) endTransaction(loading.state, producerId, record);
    else if (record.key !== null)
      applyRecord(loading, record, isTransactional(chunk, at) ? producerId : null);
  }
}

function applyRecord(loading: Loading, { key, value }: DecodedRecord, producerId: number | null): void {
  let record: ReturnType<typeof decodeGroupRecord>;
  try {
    record = decodeGroupRecord(key!, value);
  } catch (error) {
    // One record that we cannot read must not take away all the groups of the partition.
    if (!(error instanceof DecodeError)) throw error;
    loading.skippedCount += 1;
    return;
  }
  if (record === null) return;
  if (producerId !== null && record.kind === "offset") loading.state.applyTransactional(producerId, record);
  else loading.state.apply(record);
}

/** The key of a marker is its version and its type, both int16: 0 aborts, 1 commits, others are not for us. */
function endTransaction(state: GroupState, producerId: number, { key }: DecodedRecord): void {
  if (key === null || key.length < 4) return;
  const type = key.readInt16BE(2);
  if (type === 0 || type === 1) state.endTransaction(producerId, type === 1 ? "commit" : "abort");
}
