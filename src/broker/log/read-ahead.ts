import type { BufferPool } from "../../base/buffer-pool.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { readChunk, type Place } from "./read-log.ts";

/** Who reads a log in sequence asks again within milliseconds. */
const UNTAKEN_MS = 2_000;

export interface ReadAheadOptions {
  readonly clock: Clock;
  readonly pool: BufferPool;
  /** Memory of all chunks together that nobody has taken yet. */
  readonly bytesMax: number;
}

/**
 * Reads what consumers far behind will ask for next while they are busy with what they got. Bounded over all logs
 * of a store. Where there is no room nothing is read ahead: to throw out another reader's chunk would have the
 * disk read that twice.
 */
export class ReadAhead {
  readonly options: ReadAheadOptions;
  /** Oldest first. */
  private readonly untaken = new Set<ChunkAhead>();
  private bytes = 0;
  private sweep: Timer | null = null;

  constructor(options: ReadAheadOptions) {
    this.options = options;
  }

  /** What waits to be taken. */
  get untakenBytes(): number {
    return this.bytes;
  }

  /** Starts to read so many bytes; null when there is no room. */
  start(place: Place, sizeBytes: number): ChunkAhead | null {
    if (this.bytes + sizeBytes > this.options.bytesMax) return null;
    const chunk = new ChunkAhead(this, place, sizeBytes);
    this.untaken.add(chunk);
    this.bytes += sizeBytes;
    this.sweep ??= this.sweepLater();
    return chunk;
  }

  /** For chunks that were taken or dropped. */
  release(chunk: ChunkAhead): void {
    if (!this.untaken.delete(chunk)) return;
    this.bytes -= chunk.sizeBytes;
    if (this.untaken.size > 0) return;
    this.sweep?.cancel();
    this.sweep = null;
  }

  private sweepLater(): Timer {
    const { clock } = this.options;
    return clock.schedule(UNTAKEN_MS, () => {
      this.sweep = null;
      const startedMaxMs = clock.monotonic() - UNTAKEN_MS;
      for (const chunk of this.untaken) if (chunk.startedMs <= startedMaxMs) chunk.drop();
      if (this.untaken.size > 0) this.sweep = this.sweepLater();
    });
  }
}

/** Bytes of a segment that are read before anybody asks for them. */
export class ChunkAhead {
  readonly sizeBytes: number;
  readonly startedMs: number;
  /** Resolves when the bytes are there, or never will be. */
  readonly done: Promise<void>;
  private readonly owner: ReadAhead;
  private chunk: Buffer | null = null;
  private isDropped = false;

  constructor(owner: ReadAhead, place: Place, sizeBytes: number) {
    this.owner = owner;
    this.sizeBytes = sizeBytes;
    this.startedMs = owner.options.clock.monotonic();
    this.done = this.read(place);
  }

  /** Null until they are there, and when the disk failed or nobody took them in time. */
  get bytes(): Buffer | null {
    return this.chunk;
  }

  private async read(place: Place): Promise<void> {
    const { pool } = this.owner.options;
    const memory = pool.take(this.sizeBytes);
    try {
      const chunk = await readChunk(place, memory);
      if (this.isDropped) pool.give(memory);
      else this.chunk = chunk;
    } catch {
      // Whoever needs these bytes reads them again, meets the failure, and has somebody to tell.
      pool.give(memory);
      this.owner.release(this);
    }
  }

  /** The bytes are the caller's from now on. */
  take(): void {
    this.owner.release(this);
    this.chunk = null;
  }

  drop(): void {
    this.owner.release(this);
    this.isDropped = true;
    if (this.chunk !== null) this.owner.options.pool.give(this.chunk);
    this.chunk = null;
  }
}
