import { cleanBatch } from "../../core/log/clean-batch.ts";
import { CleanedTransactions } from "../../core/log/cleaned-transactions.ts";
import {
  groupSegments,
  type CompactionRange,
  type CompactionSegment,
} from "../../core/log/compaction-plan.ts";
import { KeyOffsets } from "../../core/log/key-offsets.ts";
import {
  baseOffsetOf,
  baseTimestampOf,
  batchSizeBytes,
  hasDeleteHorizon,
  isControl,
  lastOffsetOf,
  producerEpochOf,
  producerIdOf,
  recordCountOf,
  recordsBlock,
  walkRecords,
  type RecordCursor,
} from "../../wire/kafka/record-batch.ts";
import { CleanedSegment } from "./cleaned-segment.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { Segment } from "./segment.ts";

/** What is read and rewritten without a pause: the event loop belongs to the clients. */
const SLICE_BYTES = 128 * 1024;

export interface CompactionOptions {
  /** Memory for the keys of one pass; a log with more takes several. */
  readonly keyBytesMax: number;
  /** Whether to give up: the broker stops. */
  readonly isStopped: () => boolean;
  /** Called with the segments that are out; their files are removed later. */
  readonly onReplaced: (segments: readonly Segment[]) => void;
}

interface Member extends CompactionSegment {
  readonly segment: Segment;
}

/**
 * One pass of compaction: of each key that occurs in the range only the newest record stays, in the range and
 * before it. Returns the offset (exclusive) up to which the log is clean now.
 */
export async function compactLog(
  log: PartitionLog,
  range: CompactionRange,
  options: CompactionOptions,
): Promise<number> {
  const members = membersUpTo(log, range.endOffset);
  const aborted = log.abortedTransactions(log.segments.first!.baseOffset, range.endOffset);
  const keys = new KeyOffsets(options.keyBytesMax);
  const collecting = { keys, transactions: new CleanedTransactions(aborted), isStopped: options.isStopped };
  const endOffset = await collectKeys(members, range, collecting);
  const pass: Pass = {
    log,
    keys,
    endOffset,
    transactions: new CleanedTransactions(aborted),
    nowMs: log.context.env.clock.now(),
  };
  const touched = members.filter((member) => member.baseOffset < endOffset);
  for (const group of groupSegments(touched, log.config.segmentBytes)) {
    await rewriteGroup(pass, group, options);
    // A group that was given up in the middle is as it was before: nothing of the range may count as clean.
    if (log.isClosed || options.isStopped()) return range.firstDirtyOffset;
  }
  return endOffset;
}

function membersUpTo(log: PartitionLog, endOffset: number): Member[] {
  return log.segments
    .all()
    .map((segment, index) => ({
      segment,
      baseOffset: segment.baseOffset,
      endOffset: log.segments.endOf(index, log.logEndOffset),
      sizeBytes: segment.sizeBytes,
    }))
    .filter((member) => member.endOffset <= endOffset);
}

interface Collecting {
  readonly keys: KeyOffsets;
  readonly transactions: CleanedTransactions;
  readonly isStopped: () => boolean;
}

/** Returns where the keys end (exclusive): the range's end, or earlier when the memory is full. */
async function collectKeys(
  members: readonly Member[],
  range: CompactionRange,
  { keys, transactions, isStopped }: Collecting,
): Promise<number> {
  let endOffset = range.endOffset;
  for (const { segment } of members) {
    await segment.scan(
      (bytes, at) => {
        if (isStopped()) return false;
        if (isControl(bytes, at)) {
          transactions.seesMarker(bytes, at);
          return true;
        }
        if (transactions.seesAborted(bytes, at) || lastOffsetOf(bytes, at) < range.firstDirtyOffset)
          return true;
        if (keys.isFull) {
          endOffset = baseOffsetOf(bytes, at);
          return false;
        }
        putKeys(keys, bytes, at, range.firstDirtyOffset);
        return true;
      },
      { chunkBytes: SLICE_BYTES },
    );
    if (endOffset < range.endOffset) break;
  }
  return endOffset;
}

function putKeys(keys: KeyOffsets, bytes: Buffer, at: number, offsetMin: number): void {
  if (recordCountOf(bytes, at) === 0) return;
  const base = baseOffsetOf(bytes, at);
  const block = recordsBlock(bytes, at);
  walkRecords(block, recordCountOf(bytes, at), (record) => {
    const offset = base + record.offsetDelta;
    if (record.keySize < 0 || offset < offsetMin) return;
    keys.put(block, record.keyAt, record.keyAt + record.keySize, offset);
  });
}

interface Pass {
  readonly log: PartitionLog;
  readonly keys: KeyOffsets;
  /** Exclusive: from here on everything stays. */
  readonly endOffset: number;
  readonly transactions: CleanedTransactions;
  readonly nowMs: number;
}

async function rewriteGroup(pass: Pass, group: readonly Member[], options: CompactionOptions): Promise<void> {
  const { log } = pass;
  const cleaned = new CleanedSegment(log, group[0]!.baseOffset);
  try {
    for (const { segment } of group) {
      const isLastOfGroup = segment === group.at(-1)!.segment;
      await segment.scan(
        (bytes, at, position) => {
          if (options.isStopped()) return false;
          const endsGroup = isLastOfGroup && position + batchSizeBytes(bytes, at) === segment.sizeBytes;
          const batch = cleanOne(pass, { bytes, at, endsGroup }, cleaned);
          if (batch !== null) cleaned.append(batch);
          return true;
        },
        { chunkBytes: SLICE_BYTES },
      );
    }
    if (options.isStopped()) return cleaned.discard();
    await cleaned.replace(group.map((member) => member.segment));
  } catch (error) {
    cleaned.discard();
    throw error;
  }
  const { counters } = log.context;
  for (const { sizeBytes } of group) counters.compactionReadBytes += sizeBytes;
  counters.compactionWrittenBytes += cleaned.sizeBytes;
  options.onReplaced(group.map((member) => member.segment));
}

interface Place {
  readonly bytes: Buffer;
  readonly at: number;
  /** The segment's last batch stays, if only as a husk: offsets then go on without a hole (see recovery). */
  readonly endsGroup: boolean;
}

function cleanOne(pass: Pass, { bytes, at, endsGroup }: Place, cleaned: CleanedSegment): Buffer | null {
  const { log, keys, nowMs } = pass;
  const keepsEmpty = endsGroup || isLastOfProducer(log, bytes, at);
  const horizon = hasDeleteHorizon(bytes, at) ? baseTimestampOf(bytes, at) : null;
  const deleteHorizonMs = nowMs + log.config.deleteRetentionMs;
  const isDue = horizon !== null && nowMs >= horizon;
  if (isControl(bytes, at)) {
    const { isIdle, keeps } = pass.transactions.seesMarker(bytes, at);
    if (keeps !== null) cleaned.aborted.push(keeps);
    const discardsRecords = isIdle && isDue;
    return cleanBatch(bytes, at, {
      retains: always,
      discardsRecords,
      keepsEmpty,
      isIdleMarker: isIdle,
      deleteHorizonMs,
    });
  }
  const discardsRecords = pass.transactions.seesAborted(bytes, at);
  const retains = (record: RecordCursor, offset: number): boolean => {
    if (offset >= pass.endOffset) return true;
    if (record.keySize < 0) return false;
    const newest = keys.get(record.block, record.keyAt, record.keyAt + record.keySize);
    if (newest !== undefined && offset < newest) return false;
    return record.valueSize >= 0 || !isDue;
  };
  return cleanBatch(bytes, at, {
    retains,
    discardsRecords,
    keepsEmpty,
    isIdleMarker: false,
    deleteHorizonMs,
  });
}

function always(): boolean {
  return true;
}

/** Whether the batch carries the last sequence of a producer that may come back and go on from it. */
function isLastOfProducer(log: PartitionLog, bytes: Buffer, at: number): boolean {
  const producerId = producerIdOf(bytes, at);
  const entry = producerId < 0 ? undefined : log.producers.get(producerId);
  if (entry === undefined) return false;
  const last = entry.batches.at(-1);
  if (last !== undefined) return last.lastOffset === lastOffsetOf(bytes, at);
  return isControl(bytes, at) && entry.epoch === producerEpochOf(bytes, at);
}
