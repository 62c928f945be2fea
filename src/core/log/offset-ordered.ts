/** Things that begin at an offset, in ascending order: the segments of a log. */
export class OffsetOrdered<T extends { readonly baseOffset: number }> {
  private items: T[];

  constructor(items: readonly T[]) {
    this.items = [...items];
  }

  get length(): number {
    return this.items.length;
  }

  get last(): T | undefined {
    return this.items.at(-1);
  }

  get first(): T | undefined {
    return this.items[0];
  }

  all(): readonly T[] {
    return this.items;
  }

  at(index: number): T | undefined {
    return this.items[index];
  }

  /** Index of the item that covers `offset`: the last that begins at or below it; -1 when all begin behind. */
  floorIndex(offset: number): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.items[middle]!.baseOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Where the item at `index` ends (exclusive): the next one's begin, or `endOffset` for the last. */
  endOf(index: number, endOffset: number): number {
    return this.items[index + 1]?.baseOffset ?? endOffset;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Takes out all that `isOut` names, and returns them. */
  remove(isOut: (item: T) => boolean): T[] {
    const out = new Set(this.items.filter(isOut));
    if (out.size > 0) this.items = this.items.filter((item) => !out.has(item));
    return [...out];
  }

  /** Puts `replacements` where `replaced` stood. */
  replace(replaced: readonly T[], replacements: readonly T[]): void {
    const out = new Set(replaced);
    this.items = [...this.items.filter((item) => !out.has(item)), ...replacements].toSorted(
      (a, b) => a.baseOffset - b.baseOffset,
    );
  }
}
