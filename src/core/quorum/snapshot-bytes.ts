import { controlBatch, dataBatch, readBatches } from "./log-batches.ts";
import { voterRecords, type Voter } from "./voters.ts";
import type { ControlRecordInput } from "../../wire/kafka/control-records.ts";
import { DecodeError } from "../../wire/kafka/reader.ts";

const RECORDS_PER_BATCH = 1000;

export interface SnapshotInput {
  readonly epoch: number;
  /** The time of the last record that the snapshot stands for, in ms since 1970. */
  readonly lastContainedTimestamp: number;
  readonly timestamp: number;
  /** Null in `bootstrap.checkpoint`, which knows nothing of the quorum. */
  readonly voters: readonly Voter[] | null;
  readonly values: Iterable<Buffer>;
}

/** A snapshot's file: a header, the voters, the state as records with offsets of their own, a footer. */
export function snapshotBytes(input: SnapshotInput): Buffer {
  const { epoch, timestamp } = input;
  const header: ControlRecordInput[] = [
    {
      kind: "snapshot-header",
      value: { version: 0, lastContainedLogTimestamp: input.lastContainedTimestamp },
    },
    ...(input.voters === null ? [] : voterRecords(input.voters)),
  ];
  const batches = [controlBatch({ baseOffset: 0, epoch, timestamp }, header)];
  let baseOffset = header.length;
  for (const values of chunks(input.values, RECORDS_PER_BATCH)) {
    batches.push(dataBatch({ baseOffset, epoch, timestamp }, values));
    baseOffset += values.length;
  }
  const footer: ControlRecordInput = { kind: "snapshot-footer", value: { version: 0 } };
  batches.push(controlBatch({ baseOffset, epoch, timestamp }, [footer]));
  return Buffer.concat(batches);
}

function* chunks<T>(items: Iterable<T>, size: number): Iterable<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

export interface SnapshotContents {
  readonly lastContainedTimestamp: number;
  readonly voters: readonly Voter[] | null;
  readonly values: readonly Buffer[];
}

/** @throws DecodeError when the file is not a whole snapshot. */
export function readSnapshot(bytes: Buffer): SnapshotContents {
  const values: Buffer[] = [];
  let voters: readonly Voter[] | null = null;
  let lastContainedTimestamp: number | null = null;
  let isWhole = false;
  for (const batch of readBatches(bytes)) {
    for (const value of batch.values) values.push(value);
    for (const control of batch.controls) {
      if (control.kind === "snapshot-header")
        lastContainedTimestamp = control.value.lastContainedLogTimestamp;
      if (control.kind === "voters") voters = votersOf(control.value);
      if (control.kind === "snapshot-footer") isWhole = true;
    }
  }
  if (lastContainedTimestamp === null || !isWhole)
    throw new DecodeError("A snapshot without header or footer");
  return { lastContainedTimestamp, voters, values };
}

interface VotersValue {
  readonly voters: readonly {
    readonly voterId: number;
    readonly voterDirectoryId: string;
    readonly endpoints: Voter["endpoints"];
  }[];
}

export function votersOf({ voters }: VotersValue): Voter[] {
  return voters.map(({ voterId, voterDirectoryId, endpoints }) => ({
    id: voterId,
    directoryId: voterDirectoryId,
    endpoints,
  }));
}
