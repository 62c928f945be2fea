import type { SeededRandom } from "../../base/seeded-random.ts";
import { SparseBytes } from "./sparse-bytes.ts";

/** What a crash may do to one un-synced change. */
export type Fate = "keep" | "lose" | "tear";

/** Disks write sectors whole; any of the sectors of one write may be missing after a power cut. */
const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: "write"; readonly bytes: Buffer; readonly position: number }
  | { readonly kind: "truncate"; readonly sizeBytes: number };

/** A file, apart from its names: what programs see (the page cache) and what the device surely has. */
export class FileNode {
  readonly kind = "file";
  cached = new SparseBytes();
  modifiedMs: number;
  #durable = new SparseBytes();
  #pending: Change[] = [];
  /** Changes that no longer wait, ever since the file was made. */
  #settled = 0;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }

  /** Names all changes so far; a sync that starts now covers these. */
  get mark(): number {
    return this.#settled + this.#pending.length;
  }

  write(bytes: Buffer, position: number): void {
    this.cached.write(bytes, position);
    this.#pending.push({ kind: "write", bytes: Buffer.from(bytes), position });
  }

  truncate(sizeBytes: number): void {
    this.cached.truncate(sizeBytes);
    this.#pending.push({ kind: "truncate", sizeBytes });
  }

  /** The changes up to `mark` are on the device now. */
  promote(mark: number): void {
    for (const change of this.#settle(mark)) apply(this.#durable, change);
  }

  /**
   * A sync failed, as on Linux: the kernel forgets that the pages are dirty. Programs still read them, the device
   * may never get them, and the next sync will report success all the same.
   */
  abandon(mark: number, random: SeededRandom): void {
    for (const change of this.#settle(mark)) if (random.chance(0.5)) apply(this.#durable, change);
  }

  /** Two syncs of one file may be under way, so some of the changes may have settled before. */
  #settle(mark: number): Change[] {
    const changes = this.#pending.splice(0, Math.max(0, mark - this.#settled));
    this.#settled += changes.length;
    return changes;
  }

  /** The power is cut: each change since the last sync meets its own fate, whatever the order they were made in. */
  crash(random: SeededRandom, fateOf: () => Fate): void {
    for (const change of this.#pending) {
      const fate = fateOf();
      if (fate === "keep") apply(this.#durable, change);
      if (fate === "tear" && change.kind === "write") tear(this.#durable, change, random);
    }
    this.#settle(this.mark);
    this.cached = this.#durable.clone();
  }

  /** Another file with the same contents, all of it durable: what is cached, or only what surely is on the device. */
  fork(kept: "cached" | "durable"): FileNode {
    const copy = new FileNode(this.modifiedMs);
    const content = kept === "cached" ? this.cached : this.#durable;
    copy.cached = content.clone();
    copy.#durable = content.clone();
    return copy;
  }

  /** Flips one bit of what is stored, for ever: rot, or a program that broke an index. */
  flipBit(position: number, bit: number): void {
    for (const content of [this.cached, this.#durable]) {
      const byte = Buffer.alloc(1);
      if (content.read(byte, position) === 0) continue;
      byte[0] = byte[0]! ^ (1 << bit);
      content.write(byte, position);
    }
  }
}

function apply(content: SparseBytes, change: Change): void {
  if (change.kind === "write") content.write(change.bytes, change.position);
  else content.truncate(change.sizeBytes);
}

function tear(content: SparseBytes, change: Change & { kind: "write" }, random: SeededRandom): void {
  const { bytes, position } = change;
  const isPrefix = random.chance(0.5);
  const keepShare = random.fraction();
  let at = 0;
  while (at < bytes.length) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((position + at) % SECTOR_BYTES));
    const isKept = random.chance(keepShare);
    if (isKept) content.write(bytes.subarray(at, end), position + at);
    else if (isPrefix) return;
    at = end;
  }
}

/** A directory: its names as programs see them, and as they surely are after a power cut. */
export class DirectoryNode {
  readonly kind = "directory";
  readonly entries = new Map<string, Node>();
  readonly durableEntries = new Map<string, Node>();
}

export type Node = FileNode | DirectoryNode;
