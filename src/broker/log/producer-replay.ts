import { factsOf, markerOf } from "../../core/log/batch-facts.ts";
import { segmentFileName } from "../../core/log/file-names.ts";
import { decodeProducerSnapshot } from "../../core/log/producer-snapshot.ts";
import type { ProducerState } from "../../core/log/producer-state.ts";
import { baseOffsetOf, producerIdOf } from "../../wire/kafka/record-batch.ts";
import type { Disk } from "../../ports/disk.ts";
import type { Segment } from "./segment.ts";

/** Takes in a batch that stands in the log; `segment` learns of a transaction that it aborted. */
export function replayBatch(
  producers: ProducerState,
  bytes: Buffer,
  at: number,
  context: { readonly segment: Segment | null; readonly nowMs: number },
): void {
  if (producerIdOf(bytes, at) < 0) return;
  const facts = factsOf(bytes, at);
  if (!facts.isControl) return producers.apply(facts, context.nowMs);
  const marker = markerOf(bytes, at);
  if (marker === null) return;
  const ended = producers.applyMarker(facts, marker, context.nowMs);
  if (ended === null || !ended.isAborted || context.segment === null) return;
  const { producerId, firstOffset, lastOffset } = ended;
  const lastStableOffset = producers.stableOffsetAfter(ended);
  context.segment.aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset });
}

export interface ReplaySource {
  readonly disk: Disk;
  readonly path: string;
  /** Offsets of the snapshot files, ascending. */
  readonly snapshots: readonly number[];
  readonly segments: readonly Segment[];
  readonly nowMs: number;
}

/**
 * Brings the producer state to what it was at `offset` (exclusive): the newest whole snapshot at or below it,
 * then the batches between.
 */
export async function restoreProducers(
  producers: ProducerState,
  offset: number,
  source: ReplaySource,
): Promise<void> {
  producers.clear();
  const from = loadNewestSnapshot(producers, offset, source);
  for (let index = 0; index < source.segments.length; index += 1) {
    const segment = source.segments[index]!;
    const end = source.segments[index + 1]?.baseOffset ?? Infinity;
    if (end <= from || segment.baseOffset >= offset) continue;
    await segment.scan((bytes, at) => {
      const base = baseOffsetOf(bytes, at);
      if (base >= offset) return false;
      if (base >= from) replayBatch(producers, bytes, at, { segment: null, nowMs: source.nowMs });
      return true;
    });
  }
}

/** Returns the snapshot's offset, or 0 when there is none. */
function loadNewestSnapshot(producers: ProducerState, offset: number, source: ReplaySource): number {
  for (const snapshot of source.snapshots.toReversed()) {
    if (snapshot > offset) continue;
    const path = `${source.path}/${segmentFileName(snapshot, "snapshot")}`;
    const entries = decodeProducerSnapshot(source.disk.readFile(path), source.nowMs);
    if (entries === null) continue; // A crash tore it; an older one and more of the log tell the same.
    for (const entry of entries) producers.restore(entry);
    return snapshot;
  }
  return 0;
}
