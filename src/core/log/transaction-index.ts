import { readInt64, writeInt64 } from "../../wire/kafka/int64.ts";

/** One aborted transaction, as the `.txnindex` of the segment with its marker keeps it. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the abort marker. */
  readonly lastOffset: number;
  /** The last stable offset once this transaction had ended (exclusive). */
  readonly lastStableOffset: number;
}

const ENTRY_BYTES = 34;
const VERSION = 0;

export function encodeAbortedTransactions(transactions: readonly AbortedTransaction[]): Buffer {
  const bytes = Buffer.alloc(transactions.length * ENTRY_BYTES);
  transactions.forEach((transaction, index) => {
    const at = index * ENTRY_BYTES;
    bytes.writeInt16BE(VERSION, at);
    writeInt64(bytes, transaction.producerId, at + 2);
    writeInt64(bytes, transaction.firstOffset, at + 10);
    writeInt64(bytes, transaction.lastOffset, at + 18);
    writeInt64(bytes, transaction.lastStableOffset, at + 26);
  });
  return bytes;
}

/** Null when the bytes are not those of a whole index. */
export function decodeAbortedTransactions(bytes: Buffer): AbortedTransaction[] | null {
  if (bytes.length % ENTRY_BYTES !== 0) return null;
  const transactions: AbortedTransaction[] = [];
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    if (bytes.readInt16BE(at) !== VERSION) return null;
    transactions.push({
      producerId: readInt64(bytes, at + 2),
      firstOffset: readInt64(bytes, at + 10),
      lastOffset: readInt64(bytes, at + 18),
      lastStableOffset: readInt64(bytes, at + 26),
    });
  }
  return transactions;
}

/** What one segment's index says of the range that a consumer reads: both bounds as in Fetch. */
export function collectAborted(
  transactions: readonly AbortedTransaction[],
  range: { readonly fetchOffset: number; readonly upperOffset: number },
): { found: AbortedTransaction[]; isComplete: boolean } {
  const found: AbortedTransaction[] = [];
  for (const transaction of transactions) {
    if (transaction.lastOffset >= range.fetchOffset && transaction.firstOffset < range.upperOffset) {
      found.push(transaction);
    }
    // Every transaction that ends later begins at or behind this one's last stable offset.
    if (transaction.lastStableOffset >= range.upperOffset) return { found, isComplete: true };
  }
  return { found, isComplete: false };
}
