import { OffsetCommit, OffsetDelete, OffsetFetch } from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { RequestInput } from "../../../src/wire/kafka/schema.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

const TOPIC = "d-commits";
const UNKNOWN_ID = "rZ0mc1pmRKeH6vTm1MOj1A";

interface Commit {
  readonly groupId?: string;
  readonly memberId?: string;
  readonly generation?: number;
  readonly topic?: string;
  readonly topicId?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly metadata?: string | null;
  readonly version?: number;
}

function commitRequest(commit: Commit): RequestInput<typeof OffsetCommit> {
  const partition = {
    partitionIndex: commit.partition ?? 0,
    committedOffset: commit.offset ?? 5,
    committedMetadata: commit.metadata === undefined ? "" : commit.metadata,
  };
  return {
    groupId: commit.groupId ?? "d-commits",
    memberId: commit.memberId ?? "",
    generationIdOrMemberEpoch: commit.generation ?? -1,
    topics: [{ name: commit.topic ?? TOPIC, topicId: commit.topicId ?? ZERO_UUID, partitions: [partition] }],
  };
}

const commits: ReadonlyArray<readonly [title: string, commit: Commit]> = [
  ["an unknown group, generation -1", {}],
  ["an unknown group, generation 3", { groupId: "d-commits-none", generation: 3 }],
  ["an unknown group, generation 3", { groupId: "d-commits-none", generation: 3, version: 9 }],
  ["generation -1 with a member id", { memberId: "nobody" }],
  ['group ""', { groupId: "" }],
  ["metadata of 4096 characters", { metadata: "m".repeat(4_096) }],
  ["metadata of 4097 characters", { metadata: "m".repeat(4_097) }],
  ["null metadata", { metadata: null }],
  ["offset -1", { offset: -1 }],
  ["offset -5", { offset: -5, partition: 1 }],
  ["an offset beyond the log's end", { offset: 1_000_000 }],
  ["an unknown topic", { topic: "no-such-topic" }],
  ["an unknown partition", { partition: 9 }],
  ['topic ""', { topic: "" }],
  ["an unknown topic id", { version: 10, topicId: UNKNOWN_ID }],
  ["a zero topic id", { version: 10 }],
  ["the last one", { offset: 5 }],
];

async function fetches(probe: Probe, topicId: string): Promise<void> {
  type Groups = NonNullable<RequestInput<typeof OffsetFetch>["groups"]>;
  const named = (name = TOPIC, id = topicId) => [{ name, topicId: id, partitionIndexes: [0, 1] }];
  const ask = (title: string, version: number, groups: Groups, requireStable = false) => {
    const { groupId = "", topics = null } = groups[0] ?? {};
    const old = topics?.map(({ name = "", partitionIndexes }) => ({ name, partitionIndexes })) ?? null;
    return probe.ask(title, OffsetFetch, version, {
      groupId,
      topics: version < 2 ? (old ?? []) : old,
      groups,
      requireStable,
    });
  };
  for (const version of versionsOf(OffsetFetch)) {
    await ask("named partitions", version, [{ groupId: "d-commits", topics: named() }]);
    await ask("a group that is unknown", version, [{ groupId: "d-commits-none", topics: named() }]);
    await ask("an unknown topic", version, [
      { groupId: "d-commits", topics: named("no-such-topic", UNKNOWN_ID) },
    ]);
    if (version >= 2) await ask("all partitions", version, [{ groupId: "d-commits", topics: null }]);
    if (version >= 2)
      await ask("all of an unknown group", version, [{ groupId: "d-commits-none", topics: null }]);
    if (version >= 7) await ask("stable ones", version, [{ groupId: "d-commits", topics: named() }], true);
  }
  const two = ["d-commits", "d-commits-none"].map((groupId) => ({ groupId, topics: named() }));
  await ask("two groups", 8, two);
  await ask("no groups", 8, []);
  await ask('group ""', 8, [{ groupId: "", topics: named() }]);
  await ask("no topics", 8, [{ groupId: "d-commits", topics: [] }]);
  const member = { memberId: "nobody", memberEpoch: 4 };
  await ask("a member that is unknown", 9, [{ groupId: "d-commits", ...member, topics: named() }]);
}

async function deletions(probe: Probe): Promise<void> {
  const ask = (title: string, groupId: string, name = TOPIC) =>
    probe.ask(title, OffsetDelete, 0, { groupId, topics: [{ name, partitions: [{ partitionIndex: 0 }] }] });
  await ask("a committed offset", "d-commits");
  await ask("the same again", "d-commits");
  await ask("an unknown group", "d-commits-none");
  await ask("an unknown topic", "d-commits", "no-such-topic");
}

export const offsets: Section = {
  name: "offsets",
  async run(probe) {
    const topicId = await probe.topic(TOPIC, { partitions: 2 });
    for (const version of versionsOf(OffsetCommit)) {
      const commit = commitRequest({ groupId: `d-commits-v${version}`, topicId, metadata: "m" });
      await probe.ask("a commit", OffsetCommit, version, commit);
    }
    for (const [title, commit] of commits) {
      await probe.ask(title, OffsetCommit, commit.version ?? 8, commitRequest(commit));
    }
    await probe.ask("no topics", OffsetCommit, 8, { ...commitRequest({}), topics: [] });
    await fetches(probe, topicId);
    await deletions(probe);
  },
};
