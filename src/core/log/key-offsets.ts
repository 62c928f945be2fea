/** What an entry of the map costs beyond the key's own bytes: string and slot, estimated. */
const ENTRY_BYTES = 80;

/** The newest offset of each key, within a bound of memory. */
export class KeyOffsets {
  private readonly bytesMax: number;
  private readonly offsets = new Map<string, number>();
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get size(): number {
    return this.offsets.size;
  }

  /** Whether one more key would pass the bound. */
  get isFull(): boolean {
    return this.bytes >= this.bytesMax;
  }

  /** Offsets must come in ascending order. */
  put(block: Buffer, at: number, end: number, offset: number): void {
    const key = block.toString("latin1", at, end);
    if (!this.offsets.has(key)) this.bytes += key.length + ENTRY_BYTES;
    this.offsets.set(key, offset);
  }

  /** Undefined when the key did not occur. */
  get(block: Buffer, at: number, end: number): number | undefined {
    return this.offsets.get(block.toString("latin1", at, end));
  }
}
