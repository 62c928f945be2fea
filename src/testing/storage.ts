import { realDisk } from "../io/disk.ts";
import { MemoryDisk, type Kept, type Room } from "../io/memory/memory-disk.ts";
import type { Clock } from "../ports/clock.ts";
import type { Disk } from "../ports/disk.ts";
import { RefusedError } from "./refused-error.ts";

const MEMORY_DIR = "/millrace";

/** Where a broker in a test keeps its data: a disk in memory that can be copied, or a real directory that cannot. */
export class Storage {
  readonly dataDir: string;
  #disk: MemoryDisk | null;
  readonly #room: Room;

  constructor(options: { readonly clock: Clock; readonly dataDir: string | undefined; readonly room: Room }) {
    const { clock, dataDir, room } = options;
    this.#room = room;
    this.dataDir = dataDir ?? MEMORY_DIR;
    this.#disk = dataDir === undefined ? new MemoryDisk(() => clock.now()) : null;
    this.#watch();
  }

  get disk(): Disk {
    return this.#disk ?? realDisk();
  }

  /** A copy that nothing will change. */
  copy(why: string): MemoryDisk {
    return this.#memory(why).fork("cached");
  }

  /** Leaves the disk to whoever still writes to it; what comes next finds what is kept. */
  leave(why: string, kept: Kept): void {
    this.#release(this.#memory(why).fork(kept));
  }

  /** What comes next finds a copy of this. */
  replace(why: string, disk: MemoryDisk): void {
    this.#memory(why);
    this.#release(disk.fork("cached"));
  }

  mustBeMemory(why: string): void {
    this.#memory(why);
  }

  /** The one left behind has all the room it needs to end. */
  #release(next: MemoryDisk): void {
    if (this.#disk !== null) this.#disk.room = { isFull: () => false, onRefused() {} };
    this.#disk = next;
    this.#watch();
  }

  #memory(why: string): MemoryDisk {
    if (this.#disk === null)
      throw new RefusedError(`${why} needs storage in memory; start the broker without dataDir`);
    return this.#disk;
  }

  #watch(): void {
    if (this.#disk !== null) this.#disk.room = this.#room;
  }
}
