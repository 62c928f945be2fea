import {
  Heartbeat,
  JoinGroup,
  LeaveGroup,
  OffsetCommit,
  SyncGroup,
} from "../../../src/wire/kafka/messages/index.ts";
import { joinRequest } from "./groups.ts";
import type { Section } from "../probe.ts";

const groupId = "d-static";
const groupInstanceId = "i1";

export const staticMembers: Section = {
  name: "static-members",
  async run(probe) {
    await probe.topic("d-static");
    const first = await probe.ask("the first join", JoinGroup, 9, joinRequest(groupId, { groupInstanceId }));
    const oldId = first?.memberId ?? "";
    const protocol = { protocolType: "consumer", protocolName: "range" };
    const sync = { groupId, generationId: 1, groupInstanceId, ...protocol };
    const assignments = [{ memberId: oldId, assignment: Buffer.from("a") }];
    await probe.ask("its sync", SyncGroup, 5, { ...sync, memberId: oldId, assignments });
    const restarted = await probe.ask("it restarts", JoinGroup, 9, joinRequest(groupId, { groupInstanceId }));
    const newId = restarted?.memberId ?? "";
    const beat = (title: string, memberId: string, instance = groupInstanceId) =>
      probe.ask(title, Heartbeat, 4, { groupId, generationId: 1, memberId, groupInstanceId: instance });
    await beat("heartbeat with the old id", oldId);
    await beat("heartbeat with the new id", newId);
    await beat("heartbeat with the new id and another instance", newId, "i9");
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: "" }];
    await probe.ask("commit with the old id", OffsetCommit, 8, {
      groupId,
      memberId: oldId,
      groupInstanceId,
      generationIdOrMemberEpoch: 1,
      topics: [{ name: "d-static", partitions }],
    });
    await probe.ask("sync with the old id", SyncGroup, 5, { ...sync, memberId: oldId, assignments: [] });
    const old = joinRequest(groupId, { groupInstanceId, memberId: oldId });
    await probe.ask("join with the old id", JoinGroup, 9, old);
    const restartedAgain = joinRequest(groupId, { groupInstanceId });
    await probe.ask("it restarts at version 8", JoinGroup, 8, restartedAgain);
    const leave = (title: string, instance: string) =>
      probe.ask(title, LeaveGroup, 4, { groupId, members: [{ memberId: "", groupInstanceId: instance }] });
    await leave("it leaves by instance", groupInstanceId);
    await leave("an unknown instance leaves", "i9");
    for (const instance of ["", ".", "x".repeat(250), "a/b"]) {
      const strange = joinRequest(`${groupId}-strange`, { groupInstanceId: instance });
      await probe.ask(`instance id "${instance.slice(0, 5)}"`, JoinGroup, 9, {
        ...strange,
        rebalanceTimeoutMs: 200,
      });
    }
  },
};
