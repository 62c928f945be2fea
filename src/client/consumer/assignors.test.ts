import assert from "node:assert/strict";
import test from "node:test";
import type { AssignedMember, GroupAssignment } from "./assignor.ts";
import { assignors, type AssignorName } from "./assignors.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

const counts = new Map([
  ["a", 3],
  ["b", 2],
]);

interface MemberFacts {
  readonly topics?: readonly string[];
  readonly owned?: readonly TopicPartition[];
  readonly generationId?: number;
  readonly groupInstanceId?: string;
}

function member(memberId: string, facts: MemberFacts = {}): AssignedMember {
  const { topics = ["a", "b"], owned = [], generationId = -1, groupInstanceId = null } = facts;
  return { memberId, groupInstanceId, topics, owned, generationId, userData: null };
}

/** A member that tells what it had in the way of its assignor. */
function veteran(
  name: AssignorName,
  memberId: string,
  facts: Required<Pick<MemberFacts, "owned" | "generationId">>,
) {
  const userData = assignors[name].userData(facts.owned, facts.generationId);
  return name === "sticky" ? { ...member(memberId), userData } : { ...member(memberId, facts), userData };
}

function shown(assignment: GroupAssignment): Record<string, string[]> {
  return Object.fromEntries([...assignment].map(([id, places]) => [id, places.map(partitionName)]));
}

function place(topic: string, ...numbers: number[]): TopicPartition[] {
  return numbers.map((partition) => ({ topic, partition }));
}

test("range gives each member one stretch of each topic, the first members more", () => {
  assert.deepEqual(shown(assignors.range.assign([member("m2"), member("m1")], counts)), {
    m2: ["a-2", "b-1"],
    m1: ["a-0", "a-1", "b-0"],
  });
});

test("range puts static members first, by their instance and not by the id that the broker gave them", () => {
  const members = [member("m1"), member("m9", { groupInstanceId: "i1" })];
  assert.deepEqual(shown(assignors.range.assign(members, new Map([["a", 3]]))), {
    m1: ["a-2"],
    m9: ["a-0", "a-1"],
  });
});

test("a member gets nothing of a topic that it does not want", () => {
  for (const name of ["range", "roundrobin", "sticky", "cooperative-sticky"] as const) {
    const members = [member("m1", { topics: ["a"] }), member("m2", { topics: ["b"] })];
    assert.deepEqual(
      shown(assignors[name].assign(members, counts)),
      { m1: ["a-0", "a-1", "a-2"], m2: ["b-0", "b-1"] },
      name,
    );
  }
});

test("roundrobin deals all partitions in turn", () => {
  assert.deepEqual(shown(assignors.roundrobin.assign([member("m1"), member("m2")], counts)), {
    m1: ["a-0", "a-2", "b-1"],
    m2: ["a-1", "b-0"],
  });
});

test("sticky leaves members what they had, and takes only what a newcomer needs", () => {
  const members = [
    veteran("sticky", "m1", { owned: [...place("a", 0, 1, 2)], generationId: 4 }),
    veteran("sticky", "m2", { owned: place("b", 0, 1), generationId: 4 }),
    member("m3"),
  ];
  const assignment = shown(assignors.sticky.assign(members, counts));
  assert.deepEqual(assignment, { m1: ["a-0", "a-1"], m2: ["b-0", "b-1"], m3: ["a-2"] });
});

test("of two members that claim a partition, the one of the later generation keeps it", () => {
  const claim = (memberId: string, generationId: number) =>
    veteran("sticky", memberId, { owned: place("a", 0, 1), generationId });
  const assignment = shown(assignors.sticky.assign([claim("m1", 3), claim("m2", 7)], new Map([["a", 4]])));
  assert.deepEqual(assignment, { m1: ["a-2", "a-3"], m2: ["a-0", "a-1"] });
});

test("cooperative-sticky gives a partition that moves to nobody until it has been given up", () => {
  const owner = veteran("cooperative-sticky", "m1", { owned: place("a", 0, 1, 2, 3), generationId: 1 });
  const four = new Map([["a", 4]]);
  const first = assignors["cooperative-sticky"].assign([owner, member("m2")], four);
  assert.deepEqual(shown(first), { m1: ["a-0", "a-1"], m2: [] });
  const after = { ...owner, owned: first.get("m1")! };
  const second = assignors["cooperative-sticky"].assign([after, member("m2")], four);
  assert.deepEqual(shown(second), { m1: ["a-0", "a-1"], m2: ["a-2", "a-3"] });
});

test("a member of an old client tells its generation in the assignor's bytes", () => {
  const userData = assignors["cooperative-sticky"].userData([], 9);
  const old = { ...member("m1", { owned: place("a", 0) }), userData };
  const stale = member("m2", { owned: place("a", 0, 1), generationId: 8 });
  const assignment = assignors["cooperative-sticky"].assign([old, stale], new Map([["a", 2]]));
  assert.deepEqual(shown(assignment), { m1: ["a-0"], m2: ["a-1"] });
});
