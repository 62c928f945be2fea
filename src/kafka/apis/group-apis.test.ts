import assert from "node:assert/strict";
import { test } from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import { GroupEdge, TOPIC_ID } from "../../../test/support/group-edge.ts";
import { CoordinatorBench } from "../../../test/support/memory-offsets.ts";
import { OffsetCommit } from "../../wire/kafka/messages/08-offset-commit.ts";
import { OffsetFetch } from "../../wire/kafka/messages/09-offset-fetch.ts";
import { FindCoordinator } from "../../wire/kafka/messages/10-find-coordinator.ts";
import { JoinGroup } from "../../wire/kafka/messages/11-join-group.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { LeaveGroup } from "../../wire/kafka/messages/13-leave-group.ts";
import { SyncGroup } from "../../wire/kafka/messages/14-sync-group.ts";
import { DescribeGroups } from "../../wire/kafka/messages/15-describe-groups.ts";
import { ListGroups } from "../../wire/kafka/messages/16-list-groups.ts";
import { DeleteGroups } from "../../wire/kafka/messages/42-delete-groups.ts";
import { OffsetDelete } from "../../wire/kafka/messages/47-offset-delete.ts";
import type { RequestInput, ResponseOf } from "../../wire/kafka/schema.ts";
import { offsetCommit } from "./08-offset-commit.ts";
import { offsetFetch } from "./09-offset-fetch.ts";
import { findCoordinator } from "./10-find-coordinator.ts";
import { joinGroup } from "./11-join-group.ts";
import { heartbeat } from "./12-heartbeat.ts";
import { leaveGroup } from "./13-leave-group.ts";
import { syncGroup } from "./14-sync-group.ts";
import { describeGroups } from "./15-describe-groups.ts";
import { listGroups } from "./16-list-groups.ts";
import { deleteGroups } from "./42-delete-groups.ts";
import { offsetDelete } from "./47-offset-delete.ts";

type JoinBody = RequestInput<typeof JoinGroup>;

function join(
  edge: GroupEdge,
  version: number,
  body: Partial<JoinBody> = {},
): Promise<ResponseOf<typeof JoinGroup>> {
  const defaults: JoinBody = {
    groupId: "g",
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    memberId: "",
    protocolType: "consumer",
    protocols: [{ name: "range", metadata: Buffer.from("m") }],
  };
  return edge.call(joinGroup, { message: JoinGroup, version, body: { ...defaults, ...body } });
}

function commit(
  edge: GroupEdge,
  version: number,
  body: Partial<RequestInput<typeof OffsetCommit>> = {},
): Promise<ResponseOf<typeof OffsetCommit>> {
  const topics = [{ name: "t", topicId: TOPIC_ID, partitions: [partition(0)] }];
  const defaults = { groupId: "g", memberId: "", generationIdOrMemberEpoch: -1, topics };
  return edge.call(offsetCommit, { message: OffsetCommit, version, body: { ...defaults, ...body } });
}

function partition(partitionIndex: number): {
  partitionIndex: number;
  committedOffset: number;
  committedMetadata: string;
} {
  return { partitionIndex, committedOffset: 5, committedMetadata: "" };
}

function locate(edge: GroupEdge, version: number, body: RequestInput<typeof FindCoordinator>) {
  return edge.call(findCoordinator, { message: FindCoordinator, version, body });
}

test("FindCoordinator answers one key up to v3 and many from v4", async () => {
  const edge = await GroupEdge.start();
  const { errorCode, errorMessage, nodeId, host, port } = await locate(edge, 3, { key: "" });
  assert.deepEqual([errorCode, errorMessage, nodeId, host, port], [0, "NONE", 1, "broker", 9092]);
  const { coordinators } = await locate(edge, 4, { coordinatorKeys: ["g", "g"] });
  const found = { key: "g", nodeId: 1, host: "broker", port: 9092, errorCode: 0, errorMessage: "" };
  assert.deepEqual(coordinators, [found, found]);
  assert.deepEqual((await locate(edge, 4, { coordinatorKeys: [] })).coordinators, []);
});

test("FindCoordinator sends transactional ids here, and refuses other key types", async () => {
  const edge = await GroupEdge.start();
  assert.equal((await locate(edge, 1, { key: "", keyType: 1 })).errorCode, 0);
  const old = await locate(edge, 3, { key: "g", keyType: 5 });
  assert.deepEqual([old.errorCode, old.nodeId, old.host, old.port], [42, -1, "", -1]);
  for (const [version, keyType] of [
    [4, 5],
    [4, -1],
    [5, 2],
    [6, 2],
  ] as const) {
    const { coordinators } = await locate(edge, version, { coordinatorKeys: ["g"], keyType });
    assert.deepEqual([coordinators[0]!.errorCode, coordinators[0]!.nodeId], [42, -1]);
  }
});

test("JoinGroup v0 takes its session timeout for the rebalance timeout too", async () => {
  const edge = await GroupEdge.start();
  const joined = await join(edge, 0);
  assert.deepEqual([joined.errorCode, joined.generationId, joined.members.length], [0, 1, 1]);
});

test("JoinGroup refuses with a null protocol name, which is empty before v7", async () => {
  const edge = await GroupEdge.start();
  const names = [3, 6, 7, 9].map(
    async (version) => (await join(edge, version, { groupId: "" })).protocolName,
  );
  assert.deepEqual(await Promise.all(names), ["", "", null, null]);
});

test("JoinGroup asks for the member id from v4", async () => {
  const edge = await GroupEdge.start();
  const { errorCode, memberId, generationId } = await join(edge, 4);
  assert.deepEqual([errorCode, generationId], [79, -1]);
  assert.match(memberId, /^probe-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("a member joins, syncs, beats, commits, is described and leaves", async () => {
  const edge = await GroupEdge.start();
  const { memberId } = await join(edge, 9);
  const joined = await join(edge, 9, { memberId });
  assert.deepEqual([joined.errorCode, joined.leader, joined.protocolName], [0, memberId, "range"]);
  const identity = { groupId: "g", generationId: 1, memberId };
  const assignments = [{ memberId, assignment: Buffer.from("mine") }];
  const syncBody = { ...identity, protocolType: "consumer", protocolName: "range", assignments };
  const synced = await edge.call(syncGroup, { message: SyncGroup, version: 5, body: syncBody });
  assert.deepEqual(
    [synced.errorCode, synced.protocolType, synced.assignment.toString()],
    [0, "consumer", "mine"],
  );
  const beat = await edge.call(heartbeat, { message: Heartbeat, version: 4, body: identity });
  assert.equal(beat.errorCode, 0);
  const committed = await commit(edge, 8, { memberId, generationIdOrMemberEpoch: 1 });
  assert.equal(committed.topics[0]!.partitions[0]!.errorCode, 0);
  const describeBody = { groups: ["g"], includeAuthorizedOperations: true };
  const { groups } = await edge.call(describeGroups, {
    message: DescribeGroups,
    version: 5,
    body: describeBody,
  });
  const { groupState, protocolData, members, authorizedOperations } = groups[0]!;
  assert.deepEqual([groupState, protocolData, authorizedOperations], ["Stable", "range", 3400]);
  assert.equal(members[0]!.clientHost, "/127.0.0.1");
  const left = await edge.call(leaveGroup, {
    message: LeaveGroup,
    version: 5,
    body: { groupId: "g", members: [{ memberId }] },
  });
  assert.deepEqual([left.errorCode, left.members[0]!.errorCode], [0, 0]);
});

test("SyncGroup v5 insists on protocol type and name", async () => {
  const edge = await GroupEdge.start();
  const body = { groupId: "g", generationId: 1, memberId: "x", assignments: [] };
  assert.equal((await edge.call(syncGroup, { message: SyncGroup, version: 5, body })).errorCode, 23);
  assert.equal((await edge.call(syncGroup, { message: SyncGroup, version: 4, body })).errorCode, 25);
});

test("LeaveGroup up to v2 answers for its one member, from v3 for each", async () => {
  const edge = await GroupEdge.start();
  const old = { groupId: "g", memberId: "x" };
  assert.equal((await edge.call(leaveGroup, { message: LeaveGroup, version: 2, body: old })).errorCode, 25);
  const body = { groupId: "g", members: [{ memberId: "x" }, { memberId: "", groupInstanceId: "i" }] };
  const { errorCode, members } = await edge.call(leaveGroup, { message: LeaveGroup, version: 4, body });
  assert.deepEqual([errorCode, members.map((member) => member.errorCode)], [0, [25, 25]]);
  assert.deepEqual(members[1], { memberId: "", groupInstanceId: "i", errorCode: 25 });
});

test("OffsetCommit answers what does not exist first, and each topic once", async () => {
  const edge = await GroupEdge.start();
  const topics = [
    { name: "t", partitions: [partition(0), partition(9), partition(1)] },
    { name: "nope", partitions: [partition(0)] },
  ];
  const answer = await commit(edge, 8, { topics });
  const flat = answer.topics.map(({ name, partitions }) => [
    name,
    partitions.map((each) => [each.partitionIndex, each.errorCode]),
  ]);
  assert.deepEqual(flat, [
    [
      "t",
      [
        [9, 3],
        [0, 0],
        [1, 0],
      ],
    ],
    ["nope", [[0, 3]]],
  ]);
  assert.deepEqual((await commit(edge, 8, { topics: [] })).topics, []);
});

test("OffsetCommit of a generation in an unknown group is 22 up to v8 and 69 from v9", async () => {
  const edge = await GroupEdge.start();
  const codes = [8, 9].map(async (version) => {
    const { topics } = await commit(edge, version, { generationIdOrMemberEpoch: 3 });
    return topics[0]!.partitions[0]!.errorCode;
  });
  assert.deepEqual(await Promise.all(codes), [22, 69]);
});

test("OffsetCommit v10 goes by topic id", async () => {
  const edge = await GroupEdge.start();
  const topics = [TOPIC_ID, ZERO_UUID].map((topicId) => ({ topicId, partitions: [partition(0)] }));
  const answer = await commit(edge, 10, { topics });
  const flat = answer.topics.map(({ topicId, partitions }) => [topicId, partitions[0]!.errorCode]);
  assert.deepEqual(flat, [
    [ZERO_UUID, 100],
    [TOPIC_ID, 0],
  ]);
});

function fetch(edge: GroupEdge, version: number, body: RequestInput<typeof OffsetFetch>) {
  return edge.call(offsetFetch, { message: OffsetFetch, version, body });
}

test("OffsetFetch answers one group up to v7, with null for all topics", async () => {
  const edge = await GroupEdge.start();
  await commit(edge, 8);
  const asked = { groupId: "g", topics: [{ name: "t", partitionIndexes: [0, 1] }] };
  const offsets = (await fetch(edge, 5, asked)).topics[0]!.partitions.map((each) => each.committedOffset);
  assert.deepEqual(offsets, [5, -1]);
  const all = await fetch(edge, 7, { groupId: "g", topics: null, requireStable: true });
  assert.deepEqual(
    all.topics.map(({ name, partitions }) => [name, partitions.length]),
    [["t", 1]],
  );
  assert.deepEqual((await fetch(edge, 2, { groupId: "other", topics: null })).topics, []);
});

test("OffsetFetch answers each group alone from v8, and goes by topic id from v10", async () => {
  const edge = await GroupEdge.start();
  await commit(edge, 8);
  const many = await fetch(edge, 8, {
    groups: [
      { groupId: "g", topics: null },
      { groupId: "other", topics: [{ name: "nope", partitionIndexes: [0] }] },
    ],
  });
  const flat = many.groups.map(({ topics }) =>
    topics.map((each) => [each.name, each.partitions[0]!.committedOffset]),
  );
  assert.deepEqual(flat, [[["t", 5]], [["nope", -1]]]);
  const topics = [TOPIC_ID, ZERO_UUID].map((topicId) => ({ topicId, partitionIndexes: [0] }));
  const byId = (await fetch(edge, 10, { groups: [{ groupId: "g", topics }] })).groups[0]!.topics;
  const answers = byId.map((each) => [
    each.topicId,
    each.partitions[0]!.committedOffset,
    each.partitions[0]!.errorCode,
  ]);
  assert.deepEqual(answers, [
    [TOPIC_ID, 5, 0],
    [ZERO_UUID, -1, 100],
  ]);
});

test("OffsetFetch v1 repeats an error of the group on every partition", async () => {
  const edge = await GroupEdge.start(new CoordinatorBench({ exists: false }));
  const asked = { groupId: "g", topics: [{ name: "t", partitionIndexes: [0, 1] }] };
  const codes = (await fetch(edge, 1, asked)).topics[0]!.partitions.map((each) => each.errorCode);
  assert.deepEqual(codes, [16, 16]);
  const { errorCode, topics } = await fetch(edge, 2, asked);
  assert.deepEqual([errorCode, topics], [16, []]);
});

test("DescribeGroups of a missing group is Dead, and an error from v6", async () => {
  const edge = await GroupEdge.start();
  const answers = [5, 6].map(async (version) => {
    const body = { groups: ["nope"], includeAuthorizedOperations: true };
    const { groups } = await edge.call(describeGroups, { message: DescribeGroups, version, body });
    const { errorCode, errorMessage, groupState, authorizedOperations } = groups[0]!;
    return [errorCode, errorMessage, groupState, authorizedOperations];
  });
  assert.deepEqual(await Promise.all(answers), [
    [0, null, "Dead", 3400],
    [69, "Group nope not found.", "Dead", -2147483648],
  ]);
});

test("ListGroups shows states from v4 and types from v5", async () => {
  const edge = await GroupEdge.start();
  await commit(edge, 8);
  const shown = [3, 4, 5].map(async (version) => {
    const { groups } = await edge.call(listGroups, { message: ListGroups, version, body: {} });
    return groups[0];
  });
  const expected = [
    ["", ""],
    ["Empty", ""],
    ["Empty", "classic"],
  ];
  assert.deepEqual(
    await Promise.all(shown),
    expected.map(([groupState, groupType]) => ({ groupId: "g", protocolType: "", groupState, groupType })),
  );
});

test("DeleteGroups answers a group once, however often it is named", async () => {
  const edge = await GroupEdge.start();
  await commit(edge, 8);
  const body = { groupsNames: ["g", "g", "nope"] };
  const { results } = await edge.call(deleteGroups, { message: DeleteGroups, version: 2, body });
  assert.deepEqual(results, [
    { groupId: "g", errorCode: 0 },
    { groupId: "nope", errorCode: 69 },
  ]);
});

test("OffsetDelete looks at the group even when nothing of the request exists", async () => {
  const edge = await GroupEdge.start();
  const remove = async (groupId: string) => {
    const topics = [
      { name: "nope", partitions: [{ partitionIndex: 0 }] },
      { name: "t", partitions: [{ partitionIndex: 0 }] },
    ];
    return edge.call(offsetDelete, { message: OffsetDelete, version: 0, body: { groupId, topics } });
  };
  assert.deepEqual([(await remove("g")).errorCode, (await remove("")).errorCode], [69, 24]);
  await commit(edge, 8);
  const { errorCode, topics } = await remove("g");
  assert.deepEqual([errorCode, topics.map((each) => each.partitions[0]!.errorCode)], [0, [3, 0]]);
});
