import type { FetchPartition } from "../core/fetch/fetch-session.ts";
import type { ErrorName } from "../tables/errors.ts";
import { findLeader, leaderEpochFault } from "./find-partition.ts";
import type { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

export interface ReadOptions {
  /** Cap of all partitions together; the first non-empty one may exceed it by its first batch. */
  readonly maxBytes: number;
  readonly isReadCommitted: boolean;
  /** The request names topics by id. */
  readonly isById: boolean;
  /** -1 or -2 for consumers. */
  readonly replicaId: number;
}

/** What a Fetch says of one partition. Offsets are -1 on error. */
export interface PartitionRead {
  readonly request: FetchPartition;
  readonly error: ErrorName | null;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Null unless read_committed. */
  readonly abortedTransactions:
    | readonly { readonly producerId: number; readonly firstOffset: number }[]
    | null;
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | null;
  readonly records: readonly Buffer[];
  readonly recordsBytes: number;
}

const NOTHING: readonly Buffer[] = [];

export function failedRead(request: FetchPartition, error: ErrorName, isUnknown = false): PartitionRead {
  return {
    request,
    error,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    abortedTransactions: isUnknown ? [] : null, // Kafka answers an empty list for what it does not know.
    divergingEpoch: null,
    records: NOTHING,
    recordsBytes: 0,
  };
}

/**
 * Reads the partitions in order within the budget. Synchronous while everything asked for lies
 * in memory; a promise as soon as one partition must be read from the disk.
 */
export function readPartitions(
  partitions: Partitions,
  requests: readonly FetchPartition[],
  options: ReadOptions,
): PartitionRead[] | Promise<PartitionRead[]> {
  const reads: PartitionRead[] = [];
  const next = (from: number, bytesSoFar: number): PartitionRead[] | Promise<PartitionRead[]> => {
    let bytes = bytesSoFar;
    for (let index = from; index < requests.length; index += 1) {
      const budget = { bytesLeft: options.maxBytes - bytes, isFirst: bytes === 0 };
      const read = readPartition(partitions, requests[index]!, { ...options, ...budget });
      if (read instanceof Promise) {
        return read.then((settled) => {
          reads.push(settled);
          return next(index + 1, bytes + settled.recordsBytes);
        });
      }
      reads.push(read);
      bytes += read.recordsBytes;
    }
    return reads;
  };
  return next(0, 0);
}

interface Budgeted extends ReadOptions {
  readonly bytesLeft: number;
  /** Nothing has been read yet, so a first batch is returned however large it is. */
  readonly isFirst: boolean;
}

function readPartition(
  partitions: Partitions,
  request: FetchPartition,
  options: Budgeted,
): PartitionRead | Promise<PartitionRead> {
  const { topic, topicId, partition: index } = request;
  const partition = findLeader(partitions, { topic, topicId, index, isById: options.isById });
  if (typeof partition === "string")
    return failedRead(request, partition, partition.startsWith("UNKNOWN_TOPIC"));
  const fault = faultOf(partition, request, options);
  if (fault !== null) return failedRead(request, fault);
  const diverging = divergence(partition, request);
  if (diverging === "out of range") return failedRead(request, "OFFSET_OUT_OF_RANGE");
  if (diverging !== null) return { ...outcome(partition, request, options), divergingEpoch: diverging };
  return readRecords(partition, request, options);
}

function faultOf(partition: Partition, request: FetchPartition, options: Budgeted): ErrorName | null {
  if (options.replicaId >= 0) return "UNKNOWN_LEADER_EPOCH"; // No other broker follows this one yet.
  const { log } = partition;
  const epochFault = leaderEpochFault(partition, request.currentLeaderEpoch);
  if (epochFault !== null) return epochFault;
  if (request.maxBytes < 0) return "UNKNOWN_SERVER_ERROR";
  const isOutside = request.fetchOffset > log.logEndOffset || request.fetchOffset < log.logStartOffset;
  return isOutside ? "OFFSET_OUT_OF_RANGE" : null;
}

/** Where the client's log and ours part (KIP-595), null when they do not or the client did not ask. */
function divergence(
  partition: Partition,
  request: FetchPartition,
): { epoch: number; endOffset: number } | "out of range" | null {
  if (request.lastFetchedEpoch < 0) return null;
  const end = partition.log.endOffsetForEpoch(request.lastFetchedEpoch);
  if (end === null) return "out of range";
  const isSame = end.epoch === request.lastFetchedEpoch && end.endOffset >= request.fetchOffset;
  return isSame ? null : end;
}

function outcome(partition: Partition, request: FetchPartition, options: Budgeted): PartitionRead {
  const { log } = partition;
  return {
    request,
    error: null,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    abortedTransactions: options.isReadCommitted ? [] : null,
    divergingEpoch: null,
    records: NOTHING,
    recordsBytes: 0,
  };
}

function readRecords(
  partition: Partition,
  request: FetchPartition,
  options: Budgeted,
): PartitionRead | Promise<PartitionRead> {
  const { log } = partition;
  const upperOffset = options.isReadCommitted ? log.lastStableOffset : log.highWatermark;
  const empty = outcome(partition, request, options);
  const maxBytes = Math.min(request.maxBytes, Math.max(0, options.bytesLeft));
  if (request.fetchOffset >= upperOffset) {
    log.tail.expectReader();
    return empty;
  }
  if (maxBytes === 0 && !options.isFirst) return empty;
  const records = log.read({
    offset: request.fetchOffset,
    maxBytes,
    minOneBatch: options.isFirst,
    upperOffset,
  });
  const finish = (pieces: readonly Buffer[]): PartitionRead => {
    let recordsBytes = 0;
    for (const piece of pieces) recordsBytes += piece.length;
    const aborted = options.isReadCommitted
      ? log.abortedTransactions(request.fetchOffset, upperOffset)
      : null;
    return { ...empty, abortedTransactions: aborted, records: pieces, recordsBytes };
  };
  return records instanceof Promise ? records.then(finish) : finish(records);
}
