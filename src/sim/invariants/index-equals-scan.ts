import { nameOf, type Fetched, type HistoryEvent, type Looked, type Scanned } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

const LATEST = -1;
const EARLIEST = -2;
const GREATEST_TIMESTAMP = -3;

/** What an index answers equals what reading everything would; a fetch inside a batch begins with that batch. */
export class IndexEqualsScan implements Invariant {
  readonly number = 8;
  readonly name = "IndexEqualsScan";

  observe(event: HistoryEvent): void {
    if (event.kind === "looked") this.#checkLookup(event);
    if (event.kind === "fetched") this.#checkStart(event);
    if (event.kind === "scanned") this.#checkOrder(event);
  }

  #checkLookup(event: Looked): void {
    const expected = expectedOffset(event);
    if (expected === event.offset) return;
    const question = `${nameOf(event)} at ${event.timestamp}`;
    throw new Violation(this, `${question}: the index says ${event.offset}, a scan ${expected}`);
  }

  #checkStart(event: Fetched): void {
    const [first] = event.batches;
    if (first === undefined || first.lastOffset >= event.fromOffset) {
      if (event.records.length > 0 || event.fromOffset >= event.highWatermark) return;
      if (first !== undefined || event.fromOffset < event.logStartOffset) return;
      const details = `nothing was returned, though the high watermark is ${event.highWatermark}`;
      throw new Violation(this, `${nameOf(event)} from ${event.fromOffset}: ${details}`);
    }
    throw new Violation(this, `${nameOf(event)} from ${event.fromOffset} began with ${first.baseOffset}`);
  }

  #checkOrder(event: Scanned): void {
    let next = 0;
    for (const { baseOffset, lastOffset } of event.batches) {
      if (baseOffset < next)
        throw new Violation(this, `${nameOf(event)} has ${baseOffset} after ${next - 1}`);
      const isDense = event.policy.isCompacted || next === 0 || baseOffset === next;
      if (!isDense) throw new Violation(this, `${nameOf(event)} has a gap from ${next} to ${baseOffset}`);
      next = lastOffset + 1;
    }
  }
}

/** -1 when no record is that young, as the protocol says. */
function expectedOffset({ timestamp, scan }: Looked): number {
  if (timestamp === LATEST) return scan.lastStableOffset;
  if (timestamp === EARLIEST) return scan.logStartOffset;
  if (timestamp === GREATEST_TIMESTAMP) {
    let greatest: { offset: number; timestampMs: number } | null = null;
    for (const record of scan.records) {
      if (greatest === null || record.timestampMs > greatest.timestampMs) greatest = record;
    }
    return greatest?.offset ?? -1;
  }
  return scan.records.find((record) => record.timestampMs >= timestamp)?.offset ?? -1;
}
