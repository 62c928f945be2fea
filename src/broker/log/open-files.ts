import { DiskError, type Disk, type DiskFile } from "../../ports/disk.ts";

/**
 * Bounds how many files are open at a time, so that a broker with 100,000 segments stays within its limit.
 * Handles outlive their files: one that was closed opens again when it is used.
 *
 * Which to close is decided by second chance: a ring of handles, and a bit that each use sets.
 */
export class OpenFiles {
  private readonly disk: Disk;
  private readonly openMax: number;
  private readonly ring: FileHandle[] = [];
  private hand = 0;

  constructor(disk: Disk, openMax: number) {
    this.disk = disk;
    this.openMax = openMax;
  }

  get openCount(): number {
    return this.ring.length;
  }

  /** Opens nothing yet. */
  handle(path: string): FileHandle {
    return new FileHandle(this, path);
  }

  /** Called by handles. `create` when the file may be missing. */
  open(handle: FileHandle, mode: "write" | "create"): DiskFile {
    while (this.ring.length >= this.openMax && this.closeOne());
    const file = this.disk.open(handle.path, mode);
    this.ring.push(handle);
    return file;
  }

  forget(handle: FileHandle): void {
    const index = this.ring.indexOf(handle);
    if (index < 0) return;
    this.ring[index] = this.ring.at(-1)!;
    this.ring.pop();
  }

  /** False when every open file is pinned: then the bound gives way. */
  private closeOne(): boolean {
    for (let tries = 2 * this.ring.length; tries > 0; tries -= 1) {
      if (this.hand >= this.ring.length) this.hand = 0;
      const handle = this.ring[this.hand]!;
      if (handle.isPinned || handle.takeSecondChance()) {
        this.hand += 1;
        continue;
      }
      handle.close();
      return true;
    }
    return false;
  }
}

/** A file of a segment, open or not. */
export class FileHandle {
  private readonly files: OpenFiles;
  private location: string;
  private current: DiskFile | null = null;
  private pins = 0;
  private wasUsed = false;
  private retired = false;

  constructor(files: OpenFiles, path: string) {
    this.files = files;
    this.location = path;
  }

  get path(): string {
    return this.location;
  }

  get isPinned(): boolean {
    return this.pins > 0;
  }

  /** The open file. @throws DiskError when it cannot be opened, so also when it is missing. */
  file(): DiskFile {
    if (this.retired) throw new DiskError("use the deleted file", this.location, "ENOENT");
    this.wasUsed = true;
    this.current ??= this.files.open(this, "write");
    return this.current;
  }

  /** The same, for a file that may have to be made. */
  fileOrNew(): DiskFile {
    this.wasUsed = true;
    this.current ??= this.files.open(this, "create");
    return this.current;
  }

  /** The file is deleted, or about to be: what still waits to sync it has nothing to sync. */
  get isRetired(): boolean {
    return this.retired;
  }

  retire(): void {
    this.retired = true;
    this.close();
  }

  /** Keeps the file open until `unpin`: it has bytes that are not synced, or a call is under way. */
  pin(): void {
    this.pins += 1;
  }

  unpin(): void {
    this.pins -= 1;
  }

  takeSecondChance(): boolean {
    const had = this.wasUsed;
    this.wasUsed = false;
    return had;
  }

  /** The file has, or is about to have, another name. */
  moveTo(path: string): void {
    this.close();
    this.location = path;
  }

  close(): void {
    if (this.current === null) return;
    this.current.close();
    this.current = null;
    this.files.forget(this);
  }
}
