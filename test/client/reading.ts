import type { Consumer, ConsumerRecord } from "../../src/client/index.ts";

/** The next `count` records; the last one stays uncommitted, since the loop is left while it is worked on. */
export async function take<K, V>(consumer: Consumer<K, V>, count: number): Promise<ConsumerRecord<K, V>[]> {
  const records: ConsumerRecord<K, V>[] = [];
  for await (const record of consumer) {
    records.push(record);
    if (records.length === count) break;
  }
  return records;
}

/** The values of all records that come until `signal` ends the loop, each committed. */
export async function drain<V>(consumer: Consumer<Buffer, V>, onValue: (value: V) => void): Promise<void> {
  for await (const { value } of consumer) if (value !== null) onValue(value);
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
