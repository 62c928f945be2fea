/** A topic and some of its partitions. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface Subscription {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/**
 * Kafka's "range": for each topic, its partitions in order are cut into one stretch per subscribed member
 * (in the order of their ids); the first members get one more when it does not come out even.
 */
export function assignRanges(
  subscriptions: readonly Subscription[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, TopicPartitions[]> {
  const assignment = new Map<string, TopicPartitions[]>(subscriptions.map(({ memberId }) => [memberId, []]));
  for (const [topic, count] of partitionCounts) {
    const members = subscriptions
      .filter(({ topics }) => topics.includes(topic))
      .map(({ memberId }) => memberId)
      .toSorted();
    const share = Math.floor(count / Math.max(1, members.length));
    const extra = count - share * members.length;
    let next = 0;
    for (const [index, memberId] of members.entries()) {
      const end = next + share + (index < extra ? 1 : 0);
      const partitions = Array.from({ length: end - next }, (_, offset) => next + offset);
      if (partitions.length > 0) assignment.get(memberId)!.push({ topic, partitions });
      next = end;
    }
  }
  return assignment;
}
