import { compare, emptyAssignment, inOrder, type Assignor } from "./assignor.ts";

/**
 * Kafka's "range": for each topic, its partitions in order are cut into one stretch per subscribed member; the first
 * members get one more when it does not come out even. Topics with as many partitions are thus shared alike, so that
 * one member sees a key in all of them.
 */
export const rangeAssignor: Assignor = {
  name: "range",
  isCooperative: false,
  userData: () => null,
  assign(members, counts) {
    const assignment = emptyAssignment(members);
    for (const [topic, count] of [...counts].toSorted(([a], [b]) => compare(a, b))) {
      const readers = inOrder(members.filter(({ topics }) => topics.includes(topic)));
      const share = Math.floor(count / Math.max(1, readers.length));
      const extra = count - share * readers.length;
      let next = 0;
      for (const [index, { memberId }] of readers.entries()) {
        const end = next + share + (index < extra ? 1 : 0);
        for (; next < end; next += 1) assignment.get(memberId)!.push({ topic, partition: next });
      }
    }
    return assignment;
  },
};
