import {
  DescribeGroups,
  Heartbeat,
  JoinGroup,
  LeaveGroup,
  OffsetCommit,
  SyncGroup,
} from "../../../src/wire/kafka/messages/index.ts";
import type { RequestInput } from "../../../src/wire/kafka/schema.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

type Join = RequestInput<typeof JoinGroup>;

const metadata = Buffer.from("00010000000100036162630000000000000000", "hex");

export function joinRequest(groupId: string, more: Partial<Join> = {}): Join {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    memberId: "",
    protocolType: "consumer",
    protocols: [{ name: "range", metadata }],
    ...more,
  };
}

const refusedJoins: ReadonlyArray<readonly [title: string, version: number, join: Partial<Join>]> = [
  ['group ""', 9, { groupId: "" }],
  ["session timeout 5999", 9, { sessionTimeoutMs: 5_999 }],
  ["session timeout 1800001", 9, { sessionTimeoutMs: 1_800_001 }],
  ["rebalance timeout -5", 9, { rebalanceTimeoutMs: -5 }],
  ["no protocols", 9, { protocols: [] }],
  ['protocol type ""', 9, { protocolType: "" }],
  ["an unknown member of an unknown group", 9, { memberId: "nobody" }],
  ["an unknown member of an unknown group", 3, { memberId: "nobody" }],
  ["no member id", 9, {}],
  ["no member id", 4, {}],
];

/** A group from its first join on, with one member and every request that can go wrong on the way. */
async function alone(probe: Probe): Promise<{ memberId: string; generationId: number }> {
  const groupId = "d-group-alone";
  const first = await probe.ask("the first join", JoinGroup, 9, joinRequest(groupId));
  const memberId = first?.memberId ?? "";
  const beat = (title: string, generationId: number, more: Partial<RequestInput<typeof Heartbeat>> = {}) =>
    probe.ask(title, Heartbeat, 4, { groupId, memberId, generationId, ...more });
  const sync = (title: string, more: Partial<RequestInput<typeof SyncGroup>> = {}) =>
    probe.ask(title, SyncGroup, 5, {
      groupId,
      generationId: 1,
      memberId,
      protocolType: "consumer",
      protocolName: "range",
      assignments: [],
      ...more,
    });
  await beat("heartbeat of a pending member", 0);
  await probe.ask("the join with the id", JoinGroup, 9, joinRequest(groupId, { memberId }));
  await beat("heartbeat while the rebalance completes", 1);
  await probe.ask("commit while the rebalance completes", OffsetCommit, 8, commit(groupId, memberId, 1));
  await probe.ask("describe while the rebalance completes", DescribeGroups, 5, { groups: [groupId] });
  await sync("sync with the wrong generation", { generationId: 2 });
  await sync("sync of an unknown member", { memberId: "nobody" });
  await sync("sync with the wrong protocol", { protocolName: "roundrobin" });
  await sync("sync with the wrong type", { protocolType: "connect" });
  await sync("sync without type and name", { protocolType: null, protocolName: null });
  await sync("sync of the leader without assignments");
  await sync("sync again, with another assignment", {
    assignments: [{ memberId, assignment: Buffer.from("x") }],
  });
  await sync("sync of an unknown group", { groupId: "d-group-none" });
  await sync('sync of group ""', { groupId: "" });
  await beat("heartbeat when stable", 1);
  await beat("heartbeat a generation ahead", 2);
  await beat("heartbeat of generation -1", -1);
  await beat("heartbeat of an unknown member", 1, { memberId: "nobody" });
  await beat('heartbeat of member ""', 1, { memberId: "" });
  await beat("heartbeat of an unknown group", 1, { groupId: "d-group-none" });
  await beat('heartbeat of group ""', 1, { groupId: "" });
  await beat("heartbeat with an instance id", 1, { groupInstanceId: "i1" });
  const strange = { protocols: [{ name: "strange", metadata }] };
  await probe.ask("no common protocol", JoinGroup, 3, joinRequest(groupId, strange));
  await probe.ask("another protocol type", JoinGroup, 3, joinRequest(groupId, { protocolType: "connect" }));
  await probe.ask("the only member joins again", JoinGroup, 9, joinRequest(groupId, { memberId }));
  const assignment = Buffer.from("ab");
  await sync("its sync", { generationId: 2, assignments: [{ memberId, assignment }] });
  await probe.ask("describe when stable", DescribeGroups, 5, { groups: [groupId] });
  return { memberId, generationId: 2 };
}

function commit(groupId: string, memberId: string, generation: number): RequestInput<typeof OffsetCommit> {
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: "" }];
  const topics = [{ name: "d-groups", partitions }];
  return { groupId, memberId, generationIdOrMemberEpoch: generation, topics };
}

/** A second member comes: both join, the leader assigns only itself, and the second one leaves. */
async function inPairs(probe: Probe, { memberId }: { memberId: string }): Promise<void> {
  const groupId = "d-group-alone";
  // The second member's metadata differs, so that the two can be told apart whatever their ids are.
  const protocols = [{ name: "range", metadata: Buffer.concat([metadata, Buffer.from([1])]) }];
  const given = await probe.askAside(JoinGroup, 9, joinRequest(groupId));
  const again = joinRequest(groupId, { memberId: given.memberId, protocols });
  const second = probe.askAside(JoinGroup, 9, again);
  await probe.pause(150);
  const beat = (title: string, member: string, generationId: number) =>
    probe.ask(title, Heartbeat, 4, { groupId, memberId: member, generationId });
  await beat("heartbeat while the group prepares", memberId, 2);
  await probe.ask("commit while the group prepares", OffsetCommit, 8, commit(groupId, memberId, 2));
  const sync = { groupId, generationId: 2, memberId, protocolType: "consumer", protocolName: "range" };
  await probe.ask("sync while the group prepares", SyncGroup, 5, { ...sync, assignments: [] });
  await probe.ask("describe while the group prepares", DescribeGroups, 5, { groups: [groupId] });
  await probe.ask("the leader joins", JoinGroup, 9, joinRequest(groupId, { memberId }));
  probe.noteAnswer("the follower's answer", JoinGroup, 9, await second);
  const follower = { ...sync, generationId: 3, memberId: given.memberId, assignments: [] };
  const waiting = probe.askAside(SyncGroup, 5, follower);
  await probe.pause(50);
  const assignments = [{ memberId, assignment: Buffer.from("ab") }];
  await probe.ask("the leader assigns only itself", SyncGroup, 5, { ...sync, generationId: 3, assignments });
  probe.noteAnswer("the follower gets nothing", SyncGroup, 5, await waiting);
  await probe.ask("the follower joins again, unchanged", JoinGroup, 9, again);
  const leave = { groupId, members: [{ memberId: given.memberId }, { memberId: "nobody" }] };
  await probe.ask("the follower and nobody leave", LeaveGroup, 4, leave);
  await beat("heartbeat of the one who stays", memberId, 3);
  await probe.ask("the last one leaves", LeaveGroup, 5, { groupId, members: [{ memberId }] });
  await probe.ask("describe the empty group", DescribeGroups, 5, { groups: [groupId] });
  await beat("heartbeat in the empty group", memberId, 3);
  const old = joinRequest(groupId, { memberId });
  await probe.ask("join of the old member", JoinGroup, 9, old);
}

/** The whole life of a member at every version of every group API. */
async function byVersion(probe: Probe): Promise<void> {
  for (const version of versionsOf(JoinGroup)) {
    const groupId = `d-group-v${version}`;
    const joined = await probe.ask("join", JoinGroup, version, joinRequest(groupId));
    const memberId = joined?.memberId ?? "";
    if (joined?.errorCode === 79) {
      await probe.ask("join with the id", JoinGroup, version, joinRequest(groupId, { memberId }));
    }
    const at = (newest: number): number => Math.min(version, newest);
    const protocol = { protocolType: "consumer", protocolName: "range" };
    const assignments = [{ memberId, assignment: Buffer.from("ab") }];
    const sync = { groupId, generationId: 1, memberId, ...protocol, assignments };
    await probe.ask("sync", SyncGroup, at(5), sync);
    await probe.ask("heartbeat", Heartbeat, at(4), { groupId, memberId, generationId: 1 });
    await probe.ask("describe", DescribeGroups, at(6), {
      groups: [groupId],
      includeAuthorizedOperations: true,
    });
    await probe.ask("leave", LeaveGroup, at(5), { groupId, memberId, members: [{ memberId }] });
    await probe.ask("describe afterwards", DescribeGroups, at(6), { groups: [groupId] });
  }
}

export const groups: Section = {
  name: "groups",
  async run(probe) {
    await probe.topic("d-groups");
    for (const [title, version, join] of refusedJoins) {
      await probe.ask(title, JoinGroup, version, joinRequest("d-group-none", join));
    }
    await inPairs(probe, await alone(probe));
    await byVersion(probe);
  },
};
