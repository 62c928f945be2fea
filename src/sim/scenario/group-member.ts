import { errorName } from "../../tables/errors.ts";
import {
  decodeAssignment,
  encodeAssignment,
  encodeSubscription,
} from "../../wire/kafka/consumer-protocol.ts";
import { Heartbeat, JoinGroup, LeaveGroup, SyncGroup } from "../../wire/kafka/messages/index.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";
import { findCoordinator } from "./find-coordinator.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";

const GROUP = "members";
const SESSION_TIMEOUT_MS = 6000;

/** A member of a classic group: joins, syncs, beats for a while, leaves or just goes away, and joins again. */
export async function groupMember(scene: Scene, index: number): Promise<void> {
  const session = new Session(scene, `member${index}`);
  const { random } = session;
  let memberId = "";
  await findCoordinator(session, GROUP);
  for (let round = 0; round < 3; round += 1) {
    try {
      memberId = await oneGeneration(session, memberId);
      if (random.chance(0.3)) {
        await leave(session, memberId);
        memberId = "";
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    await scene.sleep(random.below(500));
  }
  session.close();
}

/** Returns the member id to go on with. */
async function oneGeneration(session: Session, knownMemberId: string): Promise<string> {
  const { scene, random } = session;
  const joined = await join(session, knownMemberId);
  const error = errorName(joined.errorCode);
  scene.sometimes(`join answered ${error}`);
  if (error === "MEMBER_ID_REQUIRED") return joined.memberId;
  if (error !== "NONE") return "";
  const { memberId, generationId } = joined;
  const isLeader = joined.leader === memberId;
  const synced = await session.call(SyncGroup, {
    groupId: GROUP,
    generationId,
    memberId,
    protocolType: "consumer",
    protocolName: "range",
    assignments: isLeader ? assign(scene, joined) : [],
  });
  scene.sometimes(`sync answered ${errorName(synced.errorCode)}`);
  if (synced.errorCode !== 0) return memberId;
  const { assignedPartitions } = decodeAssignment(synced.assignment);
  const partitions = assignedPartitions.flatMap(({ topic, partitions: numbers }) =>
    numbers.map((number) => `${topic}-${number}`),
  );
  scene.note({ kind: "assigned", group: GROUP, generation: generationId, member: memberId, partitions });
  for (let beat = 0; beat < 4; beat += 1) {
    await scene.sleep(random.between(200, 1500));
    const beaten = await session.call(Heartbeat, { groupId: GROUP, generationId, memberId });
    scene.sometimes(`heartbeat answered ${errorName(beaten.errorCode)}`);
    if (beaten.errorCode !== 0) break;
  }
  return memberId;
}

async function join(session: Session, memberId: string): Promise<ResponseOf<typeof JoinGroup>> {
  const metadata = encodeSubscription(0, { topics: ["kept"] });
  return session.call(JoinGroup, {
    groupId: GROUP,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    rebalanceTimeoutMs: 5000,
    memberId,
    protocolType: "consumer",
    protocols: [{ name: "range", metadata }],
  });
}

function assign(scene: Scene, joined: ResponseOf<typeof JoinGroup>) {
  const [plan] = scene.topics;
  return joined.members.map(({ memberId }, i) => {
    const partitions: number[] = [];
    for (let number = i; number < plan!.partitions; number += joined.members.length) partitions.push(number);
    const assignment = encodeAssignment(0, { assignedPartitions: [{ topic: plan!.name, partitions }] });
    return { memberId, assignment };
  });
}

async function leave(session: Session, memberId: string): Promise<void> {
  const response = await session.call(LeaveGroup, {
    groupId: GROUP,
    memberId,
    members: [{ memberId }],
  });
  session.scene.sometimes(`leave answered ${errorName(response.errorCode)}`);
}
