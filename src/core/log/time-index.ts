import { readInt64, writeInt64 } from "../../wire/kafka/int64.ts";
import { EntryBytes, lastWhere, NO_ENTRIES } from "./entry-bytes.ts";

const ENTRY_BYTES = 12;

/**
 * The `.timeindex` file: entries of (timestamp, relative offset), both ascending. An entry says that no record
 * up to the offset is younger than the timestamp; the offset is the last one of the batch that holds it.
 */
export class TimeIndex {
  readonly baseOffset: number;
  private readonly entries: EntryBytes;

  constructor(baseOffset: number, bytes = NO_ENTRIES) {
    this.baseOffset = baseOffset;
    this.entries = new EntryBytes(ENTRY_BYTES, bytes);
  }

  get count(): number {
    return this.entries.count;
  }

  get sizeBytes(): number {
    return this.entries.sizeBytes;
  }

  /** -1 when there is no entry. */
  get lastTimestamp(): number {
    return this.count === 0 ? -1 : this.timestampAt(this.count - 1);
  }

  /** Last offset of the batch with `lastTimestamp`; the base offset when there is no entry. */
  get lastOffset(): number {
    return this.count === 0 ? this.baseOffset : this.offsetAt(this.count - 1);
  }

  /** Adds an entry if it says something new. */
  append(timestamp: number, offset: number): void {
    if (timestamp <= this.lastTimestamp || (this.count > 0 && offset < this.lastOffset)) return;
    const at = this.entries.grow();
    writeInt64(this.entries.buffer, timestamp, at);
    this.entries.buffer.writeInt32BE(offset - this.baseOffset, at + 8);
  }

  /** An offset at or below that of the first record with this timestamp or a later one. */
  offsetFor(timestamp: number): number {
    const found = lastWhere(this.count, (index) => this.timestampAt(index) < timestamp);
    return found < 0 ? this.baseOffset : this.offsetAt(found);
  }

  /** Drops the entries at `offset` and behind. */
  truncateTo(offset: number): void {
    this.entries.truncate(lastWhere(this.count, (index) => this.offsetAt(index) < offset) + 1);
  }

  bytes(): Buffer {
    return this.entries.view();
  }

  private timestampAt(index: number): number {
    return readInt64(this.entries.buffer, this.entries.at(index));
  }

  private offsetAt(index: number): number {
    return this.baseOffset + this.entries.buffer.readInt32BE(this.entries.at(index) + 8);
  }
}

/** Whether the bytes of a `.timeindex` file can be those of a whole index. */
export function isSaneTimeIndex(bytes: Buffer): boolean {
  if (bytes.length === 0) return false; // Records without any timestamp have none, but a lost file is likelier.
  if (bytes.length % ENTRY_BYTES !== 0) return false;
  if (bytes.length < 2 * ENTRY_BYTES) return true;
  const last = bytes.length - ENTRY_BYTES;
  const isTimeAscending = readInt64(bytes, last) > readInt64(bytes, last - ENTRY_BYTES);
  return isTimeAscending && bytes.readInt32BE(last + 8) >= bytes.readInt32BE(last - ENTRY_BYTES + 8);
}
