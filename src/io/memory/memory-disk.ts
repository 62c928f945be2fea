import { DiskError, type Disk, type DiskFile, type DiskLock, type OpenMode } from "../../ports/disk.ts";
import { FileTree } from "./file-tree.ts";
import { FileNode } from "./inode.ts";

/** What a fork keeps: all that programs have written, or only what a power cut would have left. */
export type Kept = "cached" | "durable";

export interface Room {
  isFull(): boolean;
  /** A file could not grow. */
  onRefused(): void;
}

const ENDLESS: Room = { isFull: () => false, onRefused() {} };
const CAPACITY_BYTES = 2 ** 40;

/**
 * A disk in memory, for tests. It tells the page cache from the device as a real one does, so that what was not
 * synced can be taken away again. It is quick and honest, and fails only where it is told to.
 */
export class MemoryDisk implements Disk {
  readonly #tree: FileTree;
  readonly #nowMs: () => number;
  readonly #locks = new Set<string>();
  /** Decides whether there is room; while it is full, no file grows (ENOSPC). */
  room: Room = ENDLESS;

  constructor(nowMs: () => number, tree = new FileTree()) {
    this.#nowMs = nowMs;
    this.#tree = tree;
  }

  /** The same disk in another machine: from here on, what is written to one is not seen by the other. */
  fork(kept: Kept): MemoryDisk {
    return new MemoryDisk(this.#nowMs, this.#tree.fork(kept));
  }

  open(path: string, mode: OpenMode): DiskFile {
    let node = this.#tree.find(path);
    if (node === null) {
      if (mode !== "create") throw new DiskError("open", path, "ENOENT");
      node = new FileNode(this.#nowMs());
      this.#tree.link(path, node, "open");
    }
    if (node.kind === "directory") throw new DiskError("open", path, "EISDIR");
    return new MemoryFile({ path, mode, node, disk: this, nowMs: this.#nowMs });
  }

  list(directory: string) {
    const { entries } = this.#tree.directory(directory, "list");
    return [...entries].map(([name, node]) => ({ name, isDirectory: node.kind === "directory" }));
  }

  stat(path: string) {
    const node = this.#tree.find(path);
    if (node === null) return null;
    if (node.kind === "directory") return { isDirectory: true, sizeBytes: 0, modifiedMs: 0 };
    return { isDirectory: false, sizeBytes: node.cached.sizeBytes, modifiedMs: node.modifiedMs };
  }

  makeDirectory(path: string): void {
    this.#tree.makeDirectory(path);
  }

  rename(from: string, to: string): void {
    this.#tree.rename(from, to);
  }

  remove(path: string): void {
    if (this.#tree.find(path) !== null) this.#tree.unlink(path, "remove");
  }

  removeDirectory(path: string): void {
    this.#tree.removeDirectory(path);
  }

  readFile(path: string): Buffer {
    const file = this.open(path, "read");
    const bytes = Buffer.alloc(file.size());
    file.readSync(bytes, 0);
    return bytes;
  }

  writeFile(path: string, bytes: Buffer): void {
    const file = this.open(path, "create");
    file.truncate(0);
    file.write([bytes], 0);
  }

  syncDirectory(path: string): Promise<void> {
    const changes = this.#tree.pendingIn(this.#tree.directory(path, "sync directory"));
    return Promise.resolve().then(() => this.#tree.promote(changes));
  }

  lock(path: string): DiskLock {
    if (this.#locks.has(path)) throw new DiskError("lock", path, "EWOULDBLOCK");
    this.open(path, "create");
    this.#locks.add(path);
    return { release: () => void this.#locks.delete(path) };
  }

  freeBytes(): number {
    return this.room.isFull() ? 0 : CAPACITY_BYTES;
  }

  totalBytes(): number {
    return CAPACITY_BYTES;
  }
}

interface MemoryFileOptions {
  readonly path: string;
  readonly mode: OpenMode;
  readonly node: FileNode;
  readonly disk: MemoryDisk;
  readonly nowMs: () => number;
}

class MemoryFile implements DiskFile {
  readonly path: string;
  readonly #options: MemoryFileOptions;
  #isOpen = true;

  constructor(options: MemoryFileOptions) {
    this.path = options.path;
    this.#options = options;
  }

  size(): number {
    return this.#use("measure").cached.sizeBytes;
  }

  write(buffers: readonly Buffer[], position: number): void {
    const node = this.#useForWriting("write");
    const { disk, nowMs } = this.#options;
    let sizeBytes = 0;
    for (const buffer of buffers) sizeBytes += buffer.length;
    const grows = position + sizeBytes > node.cached.sizeBytes;
    if (grows && disk.room.isFull()) {
      disk.room.onRefused();
      throw new DiskError("write", this.path, "ENOSPC");
    }
    node.modifiedMs = nowMs();
    for (const buffer of buffers) {
      node.write(buffer, position);
      position += buffer.length;
    }
  }

  readSync(target: Buffer, position: number): number {
    return this.#use("read").cached.read(target, position);
  }

  read(target: Buffer, position: number): Promise<number> {
    const node = this.#use("read");
    return Promise.resolve().then(() => node.cached.read(target, position));
  }

  truncate(sizeBytes: number): void {
    const node = this.#useForWriting("truncate");
    node.modifiedMs = this.#options.nowMs();
    node.truncate(sizeBytes);
  }

  datasync(): Promise<void> {
    const node = this.#use("sync");
    const { mark } = node;
    return Promise.resolve().then(() => node.promote(mark));
  }

  datasyncSync(): void {
    const node = this.#use("sync");
    node.promote(node.mark);
  }

  close(): void {
    this.#isOpen = false;
  }

  #use(action: string): FileNode {
    if (!this.#isOpen) throw new DiskError(action, this.path, "EBADF");
    return this.#options.node;
  }

  #useForWriting(action: string): FileNode {
    const node = this.#use(action);
    if (this.#options.mode === "read") throw new DiskError(action, this.path, "EBADF");
    return node;
  }
}
