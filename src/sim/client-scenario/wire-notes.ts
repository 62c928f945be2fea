import { errorName } from "../../tables/errors.ts";
import { decodeAssignment } from "../../wire/kafka/consumer-protocol.ts";
import { OffsetCommit, OffsetFetch, Produce, SyncGroup } from "../../wire/kafka/messages/index.ts";
import { BATCH_HEADER_BYTES, decodeRecords } from "../../wire/kafka/record-batch.ts";
import type { RequestOf, ResponseOf } from "../../wire/kafka/schema.ts";
import { valueName } from "../scenario/record-values.ts";
import { watch, type WireWatch } from "../wire-tap.ts";
import type { ClientRun } from "./client-run.ts";

/** Errors of a commit that say that it was not done. Others, NOT_COORDINATOR too, may come after it was written. */
const REFUSED = new Set(["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS"]);

interface WrittenBatch {
  readonly topic: string;
  readonly partition: number;
  readonly values: readonly string[];
  readonly sizeBytes: number;
}

/** Notes what passes on the wire of one client, for the invariants. */
export function wireNotes(run: ClientRun, client: string): WireWatch[] {
  return [
    watch(Produce, (request) => producing(run, client, request)),
    watch(SyncGroup, (request) => joining(run, client, request)),
    watch(OffsetFetch, (request) => askingOffsets(run, client, request)),
    watch(OffsetCommit, (request) => committing(run, client, request)),
  ];
}

function producing(run: ClientRun, client: string, { acks, topicData }: RequestOf<typeof Produce>) {
  const { scene } = run;
  const batches = topicData.flatMap(({ name, topicId, partitionData }) =>
    partitionData.map(({ index, records }): WrittenBatch => {
      const written = decodeRecords(records!);
      const values = written.map(({ value }) => valueName(value) ?? "");
      const plainBytes = written.reduce((sum, { key, value }) => sum + sizeOf(key) + sizeOf(value), 0);
      const sizeBytes = Math.min(plainBytes, records!.length - BATCH_HEADER_BYTES);
      return { topic: run.topicName(name, topicId), partition: index, values, sizeBytes };
    }),
  );
  for (const batch of batches) {
    run.sometimesAgain(`batch ${batch.values[0]}`, "a producer sent a batch again");
    run.note({ kind: "batch-written", client, acks: acks as 0 | 1 | -1, ...batch });
  }
  return (response: ResponseOf<typeof Produce> | null) => {
    if (response === null) return;
    for (const { name, topicId, partitionResponses } of response.responses) {
      const topic = run.topicName(name ?? "", topicId ?? "");
      for (const { index, errorCode } of partitionResponses) {
        const batch = batches.find((one) => one.topic === topic && one.partition === index);
        if (batch === undefined) throw new Error(`The broker answered for ${topic}-${index}, unasked`);
        const error = errorName(errorCode);
        scene.sometimes(`a producer's batch was answered ${error}`);
        const { values } = batch;
        run.note({ kind: "batch-answered", client, topic, partition: index, values, error });
      }
    }
  };
}

function sizeOf(bytes: Buffer | null): number {
  return bytes?.length ?? 0;
}

function joining(run: ClientRun, client: string, request: RequestOf<typeof SyncGroup>) {
  const { scene } = run;
  const { groupId: group, generationId: generation, memberId: member } = request;
  return (response: ResponseOf<typeof SyncGroup> | null) => {
    if (response === null) return;
    scene.sometimes(`a member's sync was answered ${errorName(response.errorCode)}`);
    if (response.errorCode !== 0) return;
    const isEmpty = response.assignment.length === 0;
    const assigned = isEmpty ? [] : decodeAssignment(response.assignment).assignedPartitions;
    const partitions = assigned.flatMap(({ topic, partitions: numbers }) =>
      numbers.map((number) => `${topic}-${number}`),
    );
    if (partitions.length > 0) scene.sometimes("a member got partitions");
    run.note({ kind: "assigned", group, generation, member, client, partitions });
  };
}

function askingOffsets(run: ClientRun, client: string, request: RequestOf<typeof OffsetFetch>) {
  const { scene } = run;
  const invokedMs = scene.nowMs;
  const group = request.groups[0]?.groupId ?? request.groupId;
  const asked = askedFor(run, request);
  return (response: ResponseOf<typeof OffsetFetch> | null) => {
    const found = response === null ? null : committedIn(run, response);
    if (found === null) return;
    // One that asks for all partitions is not told of those without a commit.
    for (const { name: topic, partitions } of scene.topics) {
      for (let partition = 0; partition < partitions; partition += 1) {
        if (asked !== null && !asked.has(`${topic}-${partition}`)) continue;
        const { offset, metadata } = found.get(`${topic}-${partition}`) ?? { offset: -1, metadata: "" };
        const event = { kind: "offsets-fetched", group, topic, partition, offset, metadata } as const;
        run.note({ ...event, invokedMs, client });
      }
    }
  };
}

/** Null for all partitions. */
function askedFor(run: ClientRun, request: RequestOf<typeof OffsetFetch>): Set<string> | null {
  // Versions below 8 ask for one group, in the request itself.
  const { topics } = request.groups[0] ?? request;
  if (topics === null) return null;
  return new Set(
    topics.flatMap((topic) => {
      const name = run.topicName(topic.name, "topicId" in topic ? topic.topicId : "");
      return topic.partitionIndexes.map((partition) => `${name}-${partition}`);
    }),
  );
}

/** Null when the broker refused to say. */
function committedIn(run: ClientRun, response: ResponseOf<typeof OffsetFetch>) {
  const answer = response.groups[0] ?? response;
  if (answer.errorCode !== 0) return null;
  const found = new Map<string, { offset: number; metadata: string }>();
  for (const topic of answer.topics) {
    const name = run.topicName(topic.name, "topicId" in topic ? topic.topicId : "");
    for (const { partitionIndex, committedOffset, metadata, errorCode } of topic.partitions) {
      if (errorCode !== 0) return null;
      found.set(`${name}-${partitionIndex}`, { offset: committedOffset, metadata: metadata ?? "" });
    }
  }
  return found;
}

function committing(run: ClientRun, client: string, request: RequestOf<typeof OffsetCommit>) {
  const { scene } = run;
  const invokedMs = scene.nowMs;
  const commits = request.topics.flatMap(({ name, topicId, partitions }) =>
    partitions.map(({ partitionIndex: partition, committedOffset, committedMetadata }) => {
      const topic = run.topicName(name, topicId);
      const attempt = `${client} ${(run.attempts += 1)}`;
      const commit = { group: request.groupId, topic, partition, offset: committedOffset };
      return { ...commit, metadata: committedMetadata ?? "", attempt, invokedMs };
    }),
  );
  for (const commit of commits) {
    run.note({ kind: "committed", ...commit, outcome: "unknown", atMs: scene.nowMs });
  }
  return (response: ResponseOf<typeof OffsetCommit> | null) => {
    for (const { name, topicId, partitions } of response?.topics ?? []) {
      const topic = run.topicName(name ?? "", topicId ?? "");
      for (const { partitionIndex, errorCode } of partitions) {
        const error = errorName(errorCode);
        scene.sometimes(`a consumer's commit was answered ${error}`);
        const commit = commits.find((one) => one.topic === topic && one.partition === partitionIndex);
        const outcome = error === "NONE" ? "done" : REFUSED.has(error) ? "refused" : "unknown";
        if (commit !== undefined) run.note({ kind: "committed", ...commit, outcome, atMs: scene.nowMs });
      }
    }
  };
}
