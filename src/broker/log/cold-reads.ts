import type { TailRead } from "./memory-tail.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { ChunkAhead } from "./read-ahead.ts";
import {
  batchesIn,
  chunkBytesFor,
  readChunk,
  readSegment,
  type Place,
  type SegmentRead,
} from "./read-log.ts";

/** So many places of one log are remembered. */
const BOOKMARKS_MAX = 16;

/** Where a reader left off. Others that read the same pass it too, so it stays. */
interface Bookmark extends Place {
  /** The offset that the reader will ask for. */
  readonly offset: number;
  /** The bytes from there on, for the first who comes. */
  ahead: ChunkAhead | null;
}

/**
 * The reads of one log that go to the disk.
 *
 * A consumer far behind asks again and again for what follows. So the log remembers where such readers left off,
 * which saves them the search, and has what they will ask for next read while they are busy with what they got.
 */
export class ColdReads {
  private readonly log: PartitionLog;
  /** The one that was set last comes last. */
  private bookmarks: Bookmark[] = [];
  /** The log's version to which the bookmarks belong. */
  private version = 0;

  constructor(log: PartitionLog) {
    this.log = log;
  }

  /** At once when it was read ahead. @throws DiskError (rejects) */
  read(request: TailRead): Buffer[] | Promise<Buffer[]> {
    const mark = this.find(request.offset);
    if (mark === null) return this.search(request);
    const { ahead } = mark;
    if (ahead === null) return this.readOn(mark, request);
    return ahead.bytes === null ? this.readWhenThere(mark, ahead, request) : this.take(mark, ahead, request);
  }

  private find(offset: number): Bookmark | null {
    if (this.version !== this.log.changes.version) this.forget();
    const mark = this.bookmarks.find((each) => each.offset === offset);
    // Behind a segment's end the log may have gone on in the next one.
    return mark === undefined || mark.position >= mark.segment.sizeBytes ? null : mark;
  }

  private async readWhenThere(mark: Bookmark, ahead: ChunkAhead, request: TailRead): Promise<Buffer[]> {
    await ahead.done;
    if (ahead.bytes === null && mark.ahead === ahead) mark.ahead = null; // The disk failed, or it was dropped.
    return this.read(request);
  }

  private take(mark: Bookmark, ahead: ChunkAhead, request: TailRead): Buffer[] | Promise<Buffer[]> {
    const read = batchesIn({ ...mark, chunk: ahead.bytes!, at: 0 }, request);
    if (read?.pieces.length === 0) return []; // They are beyond this request's bounds, and wait for the next.
    mark.ahead = null;
    if (read === null) {
      ahead.drop();
      return this.search(request);
    }
    ahead.take();
    this.setBookmark(read, request, "goes on");
    return read.pieces;
  }

  private async readOn(mark: Bookmark, request: TailRead): Promise<Buffer[]> {
    const { version } = this;
    const { changes } = this.log;
    const read = await changes.undisturbed(async () =>
      version === changes.version ? this.readAt(mark, request) : null,
    );
    return read === null ? this.search(request) : read.pieces;
  }

  private async readAt(mark: Bookmark, request: TailRead): Promise<SegmentRead | null> {
    const { readPool } = this.log.context;
    const chunk = await readChunk(mark, readPool.take(chunkBytesAt(mark, request)));
    const read = batchesIn({ ...mark, chunk, at: 0 }, request);
    if (read === null || read.pieces.length === 0) readPool.give(chunk);
    if (read !== null) this.setBookmark(read, request, "goes on");
    return read;
  }

  private async search(request: TailRead): Promise<Buffer[]> {
    const read = await this.log.changes.undisturbed(() => this.searchSegments(request));
    return read === null ? [] : read.pieces;
  }

  private async searchSegments(request: TailRead): Promise<SegmentRead | null> {
    const { segments, context, changes } = this.log;
    const { version } = changes;
    let index = Math.max(0, segments.floorIndex(request.offset));
    let segment = segments.at(index);
    while (segment !== undefined && segment.baseOffset < request.upperOffset) {
      const found = await readSegment(segment, request, context.readPool);
      if (found !== null) {
        if (version === changes.version) this.setBookmark(found, request, "is new");
        return found;
      }
      // Segments may have gone meanwhile, so the next one is looked for by offset.
      index = segments.floorIndex(segment.baseOffset) + 1;
      segment = segments.at(index);
    }
    return null;
  }

  private setBookmark({ next }: SegmentRead, request: TailRead, reader: "is new" | "goes on"): void {
    if (this.log.isClosed || next === null) return;
    const mark = this.find(next.offset) ?? { ...next, ahead: null };
    if (reader === "goes on") mark.ahead ??= this.readAhead(mark, request);
    this.bookmarks = this.bookmarks.filter((other) => other.offset !== mark.offset);
    this.bookmarks.push(mark);
    if (this.bookmarks.length > BOOKMARKS_MAX) this.bookmarks.shift()!.ahead?.drop();
  }

  /** Null when there is no room, nothing more to see, or memory holds it anyway. */
  private readAhead(mark: Bookmark, request: TailRead): ChunkAhead | null {
    const { tail, context } = this.log;
    if (mark.offset >= Math.min(request.upperOffset, tail.startOffset)) return null;
    const sizeBytes = chunkBytesAt(mark, request);
    return sizeBytes > 0 ? context.readAhead.start(mark, sizeBytes) : null;
  }

  /** Offsets or files have come to mean something else, or the log closes. */
  forget(): void {
    for (const mark of this.bookmarks) mark.ahead?.drop();
    this.bookmarks = [];
    this.version = this.log.changes.version;
  }
}

function chunkBytesAt({ segment, position }: Place, request: TailRead): number {
  return Math.min(chunkBytesFor(request), segment.sizeBytes - position);
}
