import type { Segment } from "./segment.ts";

/** Bounds the memory of closed segments' indexes; those used last stay. */
export class IndexCache {
  private readonly bytesMax: number;
  /** In order of use, with what each costs. */
  private readonly sizes = new Map<Segment, number>();
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  use(segment: Segment, sizeBytes: number): void {
    this.bytes += sizeBytes - (this.sizes.get(segment) ?? 0);
    this.sizes.delete(segment);
    this.sizes.set(segment, sizeBytes);
    for (const [oldest, size] of this.sizes) {
      if (this.bytes <= this.bytesMax || oldest === segment) break;
      this.sizes.delete(oldest);
      this.bytes -= size;
      oldest.unloadIndexes();
    }
  }

  forget(segment: Segment): void {
    this.bytes -= this.sizes.get(segment) ?? 0;
    this.sizes.delete(segment);
  }
}
