/**
 * Which partition of a coordinator's topic keeps a group (or a transactional id): Java's `String.hashCode` over
 * UTF-16 units, its sign bit cleared, modulo the number of partitions. Lookup and coordinator must agree, so there
 * is only this one.
 */
export function coordinatorPartition(key: string, partitionCount: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1)
    hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash & 0x7fffffff) % partitionCount;
}
