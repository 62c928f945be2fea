import { emptyAssignment, inOrder, wantedPartitions, type Assignor } from "./assignor.ts";

/** Kafka's "roundrobin": all partitions in order are dealt to the members in turn, past those that don't want them. */
export const roundRobinAssignor: Assignor = {
  name: "roundrobin",
  isCooperative: false,
  userData: () => null,
  assign(members, counts) {
    const assignment = emptyAssignment(members);
    const circle = inOrder(members);
    let next = 0;
    for (const place of wantedPartitions(members, counts)) {
      while (!circle[next % circle.length]!.topics.includes(place.topic)) next += 1;
      assignment.get(circle[next % circle.length]!.memberId)!.push(place);
      next += 1;
    }
    return assignment;
  },
};
