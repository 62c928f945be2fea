import { route } from "../route.ts";
import { array, object } from "../schema.ts";
import { broker, snapshot } from "../shared-schemas.ts";
import { viewBroker } from "../views.ts";
import { exampleBroker } from "./example.ts";

const exampleSnapshot = { id: "s1", takenAtMs: 1_767_225_600_000 };

export const takeSnapshot = route({
  method: "post",
  path: "/brokers/{brokerId}/snapshots",
  operationId: "takeSnapshot",
  tag: "Snapshots",
  summary: "Keep a copy of all that the broker holds",
  description: "Topics, records, groups, offsets, producer ids. Needs storage in memory.",
  answer: { status: 201, description: "It is kept", schema: snapshot, example: exampleSnapshot },
  problems: ["conflict", "limit-reached"],
  handle: async ({ brokers, params }) => {
    const hosted = brokers.get(params.brokerId);
    const id = await hosted.takeSnapshot();
    return { id, takenAtMs: hosted.snapshot(id).takenAtMs };
  },
});

export const listSnapshots = route({
  method: "get",
  path: "/brokers/{brokerId}/snapshots",
  operationId: "listSnapshots",
  tag: "Snapshots",
  summary: "All snapshots of a broker",
  answer: {
    status: 200,
    description: "The oldest first",
    schema: object({ snapshots: array(snapshot) }),
    example: { snapshots: [exampleSnapshot] },
  },
  handle: ({ brokers, params }) => {
    const { snapshots } = brokers.get(params.brokerId);
    return { snapshots: [...snapshots].map(([id, { takenAtMs }]) => ({ id, takenAtMs })) };
  },
});

export const restoreSnapshot = route({
  method: "post",
  path: "/brokers/{brokerId}/snapshots/{snapshotId}/restore",
  operationId: "restoreSnapshot",
  tag: "Snapshots",
  summary: "Go back to a snapshot, as often as you like",
  description: "Connections break; the clock and the faults stay as they are.",
  answer: { status: 200, description: "It is as it was", schema: broker, example: exampleBroker },
  handle: async ({ brokers, params: { brokerId, snapshotId } }) => {
    const hosted = brokers.get(brokerId);
    await hosted.restore(snapshotId);
    return viewBroker(hosted);
  },
});

export const forgetSnapshot = route({
  method: "delete",
  path: "/brokers/{brokerId}/snapshots/{snapshotId}",
  operationId: "forgetSnapshot",
  tag: "Snapshots",
  summary: "Let go of a snapshot",
  answer: { status: 200, description: "It is gone", schema: snapshot, example: exampleSnapshot },
  handle: ({ brokers, params: { brokerId, snapshotId } }) => {
    const hosted = brokers.get(brokerId);
    const { takenAtMs } = hosted.snapshot(snapshotId);
    hosted.forgetSnapshot(snapshotId);
    return { id: snapshotId, takenAtMs };
  },
});
