import type { SeededRandom } from "../base/seeded-random.ts";
import { DiskError, type DiskLock } from "../ports/disk.ts";
import { FaultDice, noDiskFaults, type DiskFaults } from "./disk-faults.ts";
import { FileTree } from "../io/memory/file-tree.ts";
import { FileNode, type Fate } from "../io/memory/inode.ts";

/** How hard a power cut is: the weights of what happens to each un-synced change. */
export interface PowerCutLaw {
  readonly keep: number;
  readonly lose: number;
  readonly tear: number;
}

/** The device of one machine. It outlives the programs that run there; `simDisk` is a program's view of it. */
export class DiskImage {
  readonly tree = new FileTree();
  readonly faults: DiskFaults = noDiskFaults();
  readonly dice: FaultDice;
  readonly #random: SeededRandom;
  readonly #locks = new Map<string, object>();
  /** Open files; a program that returns to its baseline returns to the same number. */
  openFiles = 0;

  constructor(random: SeededRandom) {
    this.#random = random.fork("image");
    this.dice = new FaultDice(random.fork("dice"), this.faults);
  }

  get usedBytes(): number {
    let used = 0;
    for (const [, file] of this.tree.files()) used += file.cached.sizeBytes;
    return used;
  }

  get freeBytes(): number {
    return Math.max(0, this.faults.capacityBytes - this.usedBytes);
  }

  /** The program died; the machine and its page cache live on (`kill -9`). */
  releaseHandles(): void {
    this.openFiles = 0;
    this.#locks.clear();
  }

  /** The machine died: what was not synced is kept, lost or torn. */
  cutPower(law: PowerCutLaw): void {
    this.releaseHandles();
    const total = law.keep + law.lose + law.tear;
    const fateOf = (): Fate => {
      const draw = this.#random.fraction() * total;
      if (draw < law.keep) return "keep";
      return draw < law.keep + law.lose ? "lose" : "tear";
    };
    this.tree.crash(this.#random, fateOf);
  }

  lock(path: string): DiskLock {
    if (this.#locks.has(path)) throw new DiskError("lock", path, "EWOULDBLOCK");
    if (this.tree.find(path) === null) this.tree.link(path, new FileNode(0), "lock");
    const token = {};
    this.#locks.set(path, token);
    return {
      release: () => {
        if (this.#locks.get(path) === token) this.#locks.delete(path);
      },
    };
  }

  /** Writes as far as there is room: a full disk takes a part of a write, as real ones do. */
  write(file: FileNode, path: string, buffers: readonly Buffer[], position: number): void {
    this.dice.mayWrite(path);
    for (const buffer of buffers) {
      const growth = Math.max(0, position + buffer.length - file.cached.sizeBytes);
      const isLimited = this.faults.capacityBytes < noDiskFaults().capacityBytes;
      const lacking = isLimited ? growth - this.freeBytes : 0;
      if (lacking > 0) {
        file.write(buffer.subarray(0, Math.max(0, buffer.length - lacking)), position);
        this.dice.counts.full += 1;
        throw new DiskError("write", path, "ENOSPC");
      }
      file.write(buffer, position);
      position += buffer.length;
    }
  }
}
