import {
  DeleteGroups,
  DescribeGroups,
  JoinGroup,
  LeaveGroup,
  ListGroups,
  OffsetCommit,
  OffsetDelete,
  SyncGroup,
} from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";
import { joinRequest } from "./groups.ts";

const stable = "d-admin-stable";
const offsetsOnly = "d-admin-offsets";

async function commit(probe: Probe, groupId: string): Promise<void> {
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: "" }];
  await probe.get(OffsetCommit, 5, { groupId, memberId: "", topics: [{ name: "d-admin", partitions }] });
}

/** Other sections' groups are left out. */
async function list(probe: Probe): Promise<void> {
  const filters: ReadonlyArray<readonly [statesFilter: string[], typesFilter: string[]]> = [
    [[], []],
    [["stable"], []],
    [["Empty"], []],
    [["Bogus"], []],
    [[], ["classic"]],
    [[], ["Classic"]],
    [[], ["consumer"]],
    [[], ["bogus"]],
  ];
  const ask = async (
    title: string,
    version: number,
    [statesFilter, typesFilter]: (typeof filters)[number],
  ) => {
    const answer = await probe.get(ListGroups, version, { statesFilter, typesFilter });
    const groups = answer.groups.filter((group) => group.groupId.startsWith("d-admin"));
    probe.noteAnswer(title, ListGroups, version, { ...answer, groups });
  };
  for (const version of versionsOf(ListGroups)) await ask("every group", version, [[], []]);
  for (const filter of filters) await ask(`filters ${JSON.stringify(filter)}`, 5, filter);
}

async function leave(probe: Probe, memberId: string): Promise<void> {
  for (const version of versionsOf(LeaveGroup)) {
    for (const groupId of [stable, "d-admin-none"]) {
      const members = [{ memberId: "nobody" }];
      const request = { groupId, memberId: "nobody", members };
      await probe.ask(`nobody leaves ${groupId}`, LeaveGroup, version, request);
    }
  }
  await probe.ask('group ""', LeaveGroup, 4, { groupId: "", members: [{ memberId: "nobody" }] });
  await probe.ask("no members", LeaveGroup, 4, { groupId: stable, members: [] });
  await probe.ask("neither member nor instance", LeaveGroup, 4, {
    groupId: stable,
    members: [{ memberId: "" }],
  });
  await probe.ask("the last member", LeaveGroup, 4, { groupId: stable, members: [{ memberId }] });
  await probe.ask("the group afterwards", DescribeGroups, 5, { groups: [stable] });
}

export const groupAdministration: Section = {
  name: "group-administration",
  async run(probe) {
    await probe.topic("d-admin");
    const joined = await probe.get(JoinGroup, 3, joinRequest(stable));
    const { memberId } = joined;
    const assignments = [{ memberId, assignment: Buffer.from("a") }];
    const protocol = { protocolType: "consumer", protocolName: "range" };
    await probe.get(SyncGroup, 5, { groupId: stable, generationId: 1, memberId, ...protocol, assignments });
    await commit(probe, offsetsOnly);
    for (const version of versionsOf(DescribeGroups)) {
      for (const group of [stable, offsetsOnly, "d-admin-none"]) {
        const request = { groups: [group], includeAuthorizedOperations: true };
        await probe.ask(`describe ${group}`, DescribeGroups, version, request);
      }
    }
    await probe.ask("describe no groups", DescribeGroups, 5, { groups: [] });
    await list(probe);
    const topics = [{ name: "d-admin", partitions: [{ partitionIndex: 0 }] }];
    await probe.ask("offsets of a stable group", OffsetDelete, 0, { groupId: stable, topics });
    for (const version of versionsOf(DeleteGroups)) {
      await commit(probe, offsetsOnly);
      const remove = (title: string, groupsNames: string[]) =>
        probe.ask(title, DeleteGroups, version, { groupsNames });
      await remove("a stable group", [stable]);
      await remove("an unknown group", ["d-admin-none"]);
      await remove("a group of offsets", [offsetsOnly]);
      await remove("no groups", []);
    }
    await commit(probe, offsetsOnly);
    await probe.ask("the same twice", DeleteGroups, 2, { groupsNames: [offsetsOnly, offsetsOnly] });
    await leave(probe, memberId);
  },
};
