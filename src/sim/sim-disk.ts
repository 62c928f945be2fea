import { DiskError, type Disk, type DiskFile, type OpenMode } from "../ports/disk.ts";
import type { DiskImage } from "./disk-image.ts";
import type { Incarnation } from "./incarnation.ts";
import { FileNode } from "../io/memory/inode.ts";
import type { WallClock } from "./sim-clock.ts";

export interface SimDiskOptions {
  readonly image: DiskImage;
  readonly life: Incarnation;
  readonly wall: WallClock;
}

/** One program's view of the disk of its machine. */
export function simDisk(options: SimDiskOptions): Disk {
  return new SimDisk(options);
}

class SimDisk implements Disk {
  readonly #image: DiskImage;
  readonly #life: Incarnation;
  readonly #wall: WallClock;

  constructor({ image, life, wall }: SimDiskOptions) {
    this.#image = image;
    this.#life = life;
    this.#wall = wall;
  }

  get #nowMs(): number {
    return Math.floor(this.#wall.baseMs + this.#life.scheduler.nowMs);
  }

  open(path: string, mode: OpenMode): DiskFile {
    this.#life.note("disk.open", path, mode.length);
    const { tree } = this.#image;
    let node = tree.find(path);
    if (node === null) {
      if (mode !== "create") throw new DiskError("open", path, "ENOENT");
      node = new FileNode(this.#nowMs);
      tree.link(path, node, "open");
    }
    if (node.kind === "directory") throw new DiskError("open", path, "EISDIR");
    return new SimFile({ path, mode, node, image: this.#image, life: this.#life, nowMs: () => this.#nowMs });
  }

  list(directory: string) {
    this.#life.note("disk.list", directory);
    const { entries } = this.#image.tree.directory(directory, "list");
    return [...entries].map(([name, node]) => ({ name, isDirectory: node.kind === "directory" }));
  }

  stat(path: string) {
    this.#life.note("disk.stat", path);
    const node = this.#image.tree.find(path);
    if (node === null) return null;
    if (node.kind === "directory") return { isDirectory: true, sizeBytes: 0, modifiedMs: 0 };
    return { isDirectory: false, sizeBytes: node.cached.sizeBytes, modifiedMs: node.modifiedMs };
  }

  makeDirectory(path: string): void {
    this.#life.note("disk.makeDirectory", path);
    this.#image.tree.makeDirectory(path);
  }

  rename(from: string, to: string): void {
    this.#life.note("disk.rename", from);
    this.#image.tree.rename(from, to);
  }

  remove(path: string): void {
    this.#life.note("disk.remove", path);
    if (this.#image.tree.find(path) !== null) this.#image.tree.unlink(path, "remove");
  }

  removeDirectory(path: string): void {
    this.#life.note("disk.removeDirectory", path);
    this.#image.tree.removeDirectory(path);
  }

  readFile(path: string): Buffer {
    const file = this.open(path, "read");
    try {
      const bytes = Buffer.alloc(file.size());
      file.readSync(bytes, 0);
      return bytes;
    } finally {
      file.close();
    }
  }

  writeFile(path: string, bytes: Buffer): void {
    const file = this.open(path, "create");
    try {
      file.truncate(0);
      file.write([bytes], 0);
    } finally {
      file.close();
    }
  }

  syncDirectory(path: string): Promise<void> {
    this.#life.note("disk.syncDirectory", path);
    const { tree, dice } = this.#image;
    const changes = tree.pendingIn(tree.directory(path, "sync directory"));
    const fails = dice.syncFails(path);
    return this.#life.settle(dice.latencyMs(), () => {
      if (!fails) return tree.promote(changes);
      tree.abandon(changes, dice.random);
      throw new DiskError("sync directory", path, "EIO");
    });
  }

  lock(path: string) {
    this.#life.note("disk.lock", path);
    return this.#image.lock(path);
  }

  freeBytes(path: string): number {
    this.#life.note("disk.freeBytes", path);
    return this.#image.freeBytes;
  }

  totalBytes(path: string): number {
    this.#life.note("disk.totalBytes", path);
    return this.#image.faults.capacityBytes;
  }
}

interface SimFileOptions {
  readonly path: string;
  readonly mode: OpenMode;
  readonly node: FileNode;
  readonly image: DiskImage;
  readonly life: Incarnation;
  nowMs(): number;
}

class SimFile implements DiskFile {
  readonly path: string;
  readonly #options: SimFileOptions;
  #isOpen = true;

  constructor(options: SimFileOptions) {
    this.path = options.path;
    this.#options = options;
    options.image.openFiles += 1;
  }

  size(): number {
    return this.#use("size").cached.sizeBytes;
  }

  write(buffers: readonly Buffer[], position: number): void {
    let sizeBytes = 0;
    for (const buffer of buffers) sizeBytes += buffer.length;
    const node = this.#use("write", position, sizeBytes);
    this.#mustBeWritable("write");
    node.modifiedMs = this.#options.nowMs();
    this.#options.image.write(node, this.path, buffers, position);
  }

  readSync(target: Buffer, position: number): number {
    const node = this.#use("readSync", position, target.length);
    this.#options.image.dice.mayRead(this.path);
    return node.cached.read(target, position);
  }

  read(target: Buffer, position: number): Promise<number> {
    const { image, life } = this.#options;
    const node = this.#use("read", position, target.length);
    return life.settle(image.dice.latencyMs(), () => {
      image.dice.mayRead(this.path);
      return node.cached.read(target, position);
    });
  }

  truncate(sizeBytes: number): void {
    const node = this.#use("truncate", sizeBytes);
    this.#mustBeWritable("truncate");
    node.modifiedMs = this.#options.nowMs();
    node.truncate(sizeBytes);
  }

  datasync(): Promise<void> {
    const { image, life } = this.#options;
    const node = this.#use("datasync");
    const { mark } = node;
    const fails = image.dice.syncFails(this.path);
    return life.settle(image.dice.latencyMs(), () => this.#sync(mark, fails));
  }

  datasyncSync(): void {
    const node = this.#use("datasyncSync");
    this.#sync(node.mark, this.#options.image.dice.syncFails(this.path));
  }

  #sync(mark: number, fails: boolean): void {
    const { node, image } = this.#options;
    if (!fails) return node.promote(mark);
    node.abandon(mark, image.dice.random);
    throw new DiskError("sync", this.path, "EIO");
  }

  close(): void {
    if (this.#isOpen) this.#options.image.openFiles -= 1;
    this.#isOpen = false;
  }

  #use(call: string, first = 0, second = 0): FileNode {
    this.#options.life.note(`disk.file.${call}`, this.path, first, second);
    if (!this.#isOpen) throw new DiskError(call, this.path, "EBADF");
    return this.#options.node;
  }

  #mustBeWritable(call: string): void {
    if (this.#options.mode === "read") throw new DiskError(call, this.path, "EBADF");
  }
}
