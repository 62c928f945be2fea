import {
  array,
  decodeStruct,
  encodeStruct,
  int32,
  since,
  string,
  struct,
  versionedStruct,
} from "../../wire/kafka/schema.ts";
import { DecodeError, Reader } from "../../wire/kafka/reader.ts";
import { Writer } from "../../wire/kafka/writer.ts";
import {
  compare,
  emptyAssignment,
  wantedPartitions,
  type AssignedMember,
  type Assignor,
  type GroupAssignment,
  type PartitionCounts,
} from "./assignor.ts";
import { byTopic, flatPartitions, partitionName, type TopicPartition } from "../topic-partition.ts";

/*
 * Kafka's "sticky" and "cooperative-sticky" (KIP-54, KIP-429): as even as can be, and everybody keeps as much as that
 * allows. Members of "sticky" say what they had in the assignor's own bytes, since they have given it up; those of
 * "cooperative-sticky" say so in their subscription and still have it.
 */

/** The bytes of "sticky", which lead with no version of their own: v1 adds the generation. */
const StickyUserData = versionedStruct({
  name: "StickyAssignorUserData",
  versions: [0, 1],
  flexibleSince: "never",
  body: struct({
    previousAssignment: array(struct({ topic: string, partitions: array(int32) })),
    generation: since(1, int32, -1),
  }),
});

export const stickyAssignor: Assignor = {
  name: "sticky",
  isCooperative: false,
  userData(owned, generation) {
    const writer = new Writer();
    const previousAssignment = byTopic(owned).map(({ topic, partitions }) => ({
      topic,
      partitions: [...partitions],
    }));
    encodeStruct(StickyUserData, 1, writer, { previousAssignment, generation });
    return writer.toBuffer();
  },
  assign: (members, counts) => assignSticky(members.map(withPrevious), counts),
};

export const cooperativeStickyAssignor: Assignor = {
  name: "cooperative-sticky",
  isCooperative: true,
  userData(_owned, generationId) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(generationId);
    return bytes;
  },
  assign(members, counts) {
    const claimants = members.map(withGeneration);
    return withoutTransfers(claimants, assignSticky(claimants, counts));
  },
};

/** What a member of "sticky" had. Bytes that are not understood stand for nothing, as for Java. */
function withPrevious(member: AssignedMember): AssignedMember {
  if (member.userData === null) return { ...member, owned: [], generationId: -1 };
  for (const version of [1, 0]) {
    try {
      const data = decodeStruct(StickyUserData, version, new Reader(member.userData));
      return { ...member, owned: flatPartitions(data.previousAssignment), generationId: data.generation };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return { ...member, owned: [], generationId: -1 };
}

/** Subscriptions before version 2 have no generation (KIP-792); Java and librdkafka put it into these bytes. */
function withGeneration(member: AssignedMember): AssignedMember {
  const { generationId, userData } = member;
  if (generationId >= 0 || userData?.length !== 4) return member;
  return { ...member, generationId: userData.readInt32BE() };
}

/**
 * A partition that moves is given to nobody in this round: who has it sees that it must give it up, and joins again
 * when it has; the next round hands it on.
 */
function withoutTransfers(members: readonly AssignedMember[], assignment: GroupAssignment): GroupAssignment {
  const ownerOf = new Map<string, Set<string>>();
  for (const { memberId, owned } of members) {
    for (const place of owned) {
      const name = partitionName(place);
      ownerOf.set(name, (ownerOf.get(name) ?? new Set()).add(memberId));
    }
  }
  for (const [memberId, places] of assignment) {
    const kept = places.filter((place) => {
      const owners = ownerOf.get(partitionName(place));
      return owners === undefined || owners.has(memberId);
    });
    assignment.set(memberId, kept);
  }
  return assignment;
}

/** Each keeps what it had, what is free goes to whoever has least, and then the fullest give to the emptiest. */
function assignSticky(members: readonly AssignedMember[], counts: PartitionCounts): GroupAssignment {
  const assignment = emptyAssignment(members);
  const wanted = wantedPartitions(members, counts);
  const owners = claims(members);
  const readers = readersByTopic(members);
  const free: TopicPartition[] = [];
  for (const place of wanted) {
    const owner = owners.get(partitionName(place));
    if (owner !== undefined && readers.get(place.topic)!.includes(owner)) assignment.get(owner)!.push(place);
    else free.push(place);
  }
  for (const place of free) {
    const memberId = emptiest(readers.get(place.topic)!, assignment);
    assignment.get(memberId)!.push(place);
  }
  while (evenOut(assignment, readers));
  return assignment;
}

/**
 * Who may keep each partition. Of two that claim one, the member of the later generation is right; when both are of the
 * same, one of them missed a rebalance and nobody can tell which.
 */
function claims(members: readonly AssignedMember[]): Map<string, string> {
  const best = new Map<string, { memberId: string | null; generationId: number }>();
  for (const { memberId, owned, generationId } of members) {
    for (const place of owned) {
      const name = partitionName(place);
      const rival = best.get(name);
      if (rival === undefined || generationId > rival.generationId)
        best.set(name, { memberId, generationId });
      else if (generationId === rival.generationId) rival.memberId = null;
    }
  }
  const owners = new Map<string, string>();
  for (const [name, { memberId }] of best) if (memberId !== null) owners.set(name, memberId);
  return owners;
}

function readersByTopic(members: readonly AssignedMember[]): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  for (const { memberId, topics } of members.toSorted((a, b) => compare(a.memberId, b.memberId))) {
    for (const topic of new Set(topics)) readers.set(topic, [...(readers.get(topic) ?? []), memberId]);
  }
  return readers;
}

function emptiest(memberIds: readonly string[], assignment: GroupAssignment): string {
  let best = memberIds[0]!;
  for (const memberId of memberIds) {
    if (assignment.get(memberId)!.length < assignment.get(best)!.length) best = memberId;
  }
  return best;
}

/**
 * Moves partitions to members that have at least two fewer than their owner. Each move brings the counts closer
 * together, so that it comes to an end. True when something moved.
 */
function evenOut(assignment: GroupAssignment, readers: ReadonlyMap<string, readonly string[]>): boolean {
  let hasMoved = false;
  const fullestFirst = [...assignment].toSorted(([, a], [, b]) => b.length - a.length);
  for (const [owner, places] of fullestFirst) {
    for (let index = places.length - 1; index >= 0; index -= 1) {
      const taker = emptiest(readers.get(places[index]!.topic)!, assignment);
      if (taker === owner || assignment.get(taker)!.length > places.length - 2) continue;
      assignment.get(taker)!.push(...places.splice(index, 1));
      hasMoved = true;
    }
  }
  return hasMoved;
}
