/** What a quorum replicates: a state that is the sum of its committed records. */
export interface ReplicatedState<Item> {
  encode(record: Item): Buffer;
  /** @throws DecodeError when the bytes are no record of this state. */
  decode(bytes: Buffer): Item;
  /** Takes over committed records, in order; `lastOffset` is that of the last of them. */
  apply(records: readonly Item[], lastOffset: number): void;
  /** Records that give the present state to an empty one; null when it can't be told just now. */
  snapshot(): Iterable<Item> | null;
}
