import { assert } from "../../base/assert.ts";
import { EntryBytes, lastWhere, NO_ENTRIES } from "./entry-bytes.ts";

const ENTRY_BYTES = 8;

/**
 * The `.index` file: sparse entries of (last offset of a batch relative to the segment's base, where that
 * batch begins in the `.log` file), both ascending.
 */
export class OffsetIndex {
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

  /** Where the last indexed batch begins; 0 when none is. */
  get lastPosition(): number {
    return this.count === 0 ? 0 : this.positionAt(this.count - 1);
  }

  /** Last offset of the last indexed batch; the base offset when none is. */
  get lastOffset(): number {
    return this.count === 0 ? this.baseOffset : this.offsetAt(this.count - 1);
  }

  append(lastOffset: number, position: number): void {
    const relative = lastOffset - this.baseOffset;
    assert(this.count === 0 || lastOffset > this.lastOffset, "index entries ascend");
    const at = this.entries.grow();
    this.entries.buffer.writeInt32BE(relative, at);
    this.entries.buffer.writeInt32BE(position, at + 4);
  }

  /** Where to start to walk batches so that the one with `offset`, or the first behind it, is met. */
  positionFor(offset: number): number {
    const found = lastWhere(this.count, (index) => this.offsetAt(index) <= offset);
    return found < 0 ? 0 : this.positionAt(found);
  }

  /** The first indexed batch that begins `sizeBytes` or more behind `position`: its last offset, or null. */
  offsetBehind(position: number, sizeBytes: number): number | null {
    const found = lastWhere(this.count, (index) => this.positionAt(index) < position + sizeBytes) + 1;
    return found < this.count ? this.offsetAt(found) : null;
  }

  /** Drops the entries of batches that end at `offset` or later. */
  truncateTo(offset: number): void {
    this.entries.truncate(lastWhere(this.count, (index) => this.offsetAt(index) < offset) + 1);
  }

  bytes(): Buffer {
    return this.entries.view();
  }

  private offsetAt(index: number): number {
    return this.baseOffset + this.entries.buffer.readInt32BE(this.entries.at(index));
  }

  private positionAt(index: number): number {
    return this.entries.buffer.readInt32BE(this.entries.at(index) + 4);
  }
}

/** Whether the bytes of an `.index` file can be those of a whole index of a segment with this many bytes. */
export function isSaneOffsetIndex(bytes: Buffer, logBytes: number): boolean {
  if (bytes.length % ENTRY_BYTES !== 0) return false;
  if (bytes.length === 0) return true;
  // Zeros at the end are what a broker leaves that preallocated the file and then crashed.
  const last = bytes.length - ENTRY_BYTES;
  const position = bytes.readInt32BE(last + 4);
  return bytes.readInt32BE(last) >= 0 && position >= 0 && position < logBytes && (last === 0 || position > 0);
}
