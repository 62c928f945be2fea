/** What Java's absolute value cannot represent; Kafka takes it for 0. */
const INT32_MIN = -(2 ** 31);

/**
 * Which partition of a coordinator's topic keeps a group (or a transactional id): the absolute value of Java's
 * `String.hashCode` over UTF-16 units, modulo the number of partitions. Lookup and coordinator must agree, also with
 * a Kafka that opens the same data, so there is only this one.
 */
export function coordinatorPartition(key: string, partitionCount: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1)
    hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return hash === INT32_MIN ? 0 : Math.abs(hash) % partitionCount;
}
