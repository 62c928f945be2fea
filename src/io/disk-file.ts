import fs from "node:fs";
import { DiskError, type DiskFile } from "../ports/disk.ts";
import { attempt, diskError } from "./attempt.ts";

export class RealFile implements DiskFile {
  readonly path: string;
  readonly #descriptor: number;
  /** Calls in the thread pool; the descriptor must outlive them, because the system gives its number to the next file. */
  #pending = 0;
  #state: "open" | "closing" | "closed" = "open";

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  size(): number {
    this.#mustBeOpen("look at");
    return attempt("look at", this.path, () => fs.fstatSync(this.#descriptor).size);
  }

  write(buffers: readonly Buffer[], position: number): void {
    this.#mustBeOpen("write");
    attempt("write", this.path, () => {
      if (buffers.length === 1) this.#writeOne(buffers[0]!, position);
      else this.#writeMany(buffers, position);
    });
  }

  #writeOne(buffer: Buffer, position: number): void {
    let done = 0;
    while (done < buffer.length) {
      const written = fs.writeSync(this.#descriptor, buffer, done, buffer.length - done, position + done);
      if (written === 0) throw new DiskError("write", this.path, "EIO");
      done += written;
    }
  }

  #writeMany(buffers: readonly Buffer[], position: number): void {
    let total = 0;
    for (const buffer of buffers) total += buffer.length;
    if (total === 0) return;
    let written = fs.writevSync(this.#descriptor, buffers, position);
    if (written === total) return;
    // A short write is rare (a signal, a disk that just became full), so what is left goes out piece by piece.
    for (const buffer of buffers) {
      const skipped = Math.min(written, buffer.length);
      written -= skipped;
      if (skipped < buffer.length) this.#writeOne(buffer.subarray(skipped), position + skipped);
      position += buffer.length;
    }
  }

  readSync(target: Buffer, position: number): number {
    this.#mustBeOpen("read");
    return attempt("read", this.path, () => {
      let done = 0;
      while (done < target.length) {
        const count = fs.readSync(this.#descriptor, target, done, target.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    });
  }

  read(target: Buffer, position: number): Promise<number> {
    return this.#inThreadPool("read", (settle) => {
      let done = 0;
      const more = () => {
        fs.read(this.#descriptor, target, done, target.length - done, position + done, (error, count) => {
          done += count ?? 0;
          if (error !== null || count === 0 || done === target.length) settle(error, done);
          else more();
        });
      };
      more();
    });
  }

  truncate(sizeBytes: number): void {
    this.#mustBeOpen("truncate");
    attempt("truncate", this.path, () => fs.ftruncateSync(this.#descriptor, sizeBytes));
  }

  datasync(): Promise<void> {
    return this.#inThreadPool("sync", (settle) =>
      fs.fdatasync(this.#descriptor, (error) => settle(error, undefined)),
    );
  }

  datasyncSync(): void {
    this.#mustBeOpen("sync");
    attempt("sync", this.path, () => fs.fdatasyncSync(this.#descriptor));
  }

  close(): void {
    if (this.#state === "open") this.#state = "closing";
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#state !== "closing" || this.#pending > 0) return;
    this.#state = "closed";
    fs.closeSync(this.#descriptor);
  }

  #mustBeOpen(action: string): void {
    if (this.#state !== "open") throw new DiskError(action, this.path, "EBADF");
  }

  #inThreadPool<T>(
    action: string,
    start: (settle: (error: Error | null, value: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#mustBeOpen(action);
      this.#pending += 1;
      start((error, value) => {
        this.#pending -= 1;
        this.#closeWhenIdle();
        if (error === null) resolve(value);
        else reject(diskError(action, this.path, error));
      });
    });
  }
}
