import type { Broker } from "../broker/broker.ts";
import { isNode, isTopic, type Place } from "./mentions.ts";
import type { ObservedRequest } from "./observed-request.ts";
import type { Mark } from "./processing.ts";
import { readTopic } from "./test-record.ts";

/**
 * `committed-too-early`: committed before it was processed, so a crash in between loses it; `skipped`: committed and
 * never processed; `processed-twice`: what its name says.
 */
export type FindingKind = "committed-too-early" | "skipped" | "processed-twice";

export interface Finding {
  readonly kind: FindingKind;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** What happened and why it matters, for somebody who is new to Kafka. */
  readonly text: string;
  /** The requests that prove it. */
  readonly requests: readonly ObservedRequest[];
}

export interface CheckOptions {
  /** With "exactly-once" a record that was processed twice is a finding, too. Default "at-least-once". */
  readonly delivery?: "at-least-once" | "exactly-once";
}

/** What the history says about an application. */
export interface Verdict {
  readonly findings: readonly Finding[];
  /** All findings, for the message of a failed test; empty when there are none. */
  readonly text: string;
  /** Throws an Error that tells all findings, if there are any. */
  assertFine(): void;
}

export interface CheckedGroup extends CheckOptions {
  readonly groupId: string;
  readonly broker: Broker;
  readonly history: readonly ObservedRequest[];
  readonly marks: readonly Mark[];
}

/** One OffsetCommit's word about one partition. */
interface Commit {
  readonly place: PartitionPlace;
  readonly offset: number; // Exclusive: all below count as done.
  readonly request: ObservedRequest;
}

interface PartitionPlace extends Place {
  readonly partition: number;
}

export async function checkGroup(checked: CheckedGroup): Promise<Verdict> {
  const findings: Finding[] = [];
  for (const commits of commitsByPartition(checked)) {
    const { place } = commits[0]!;
    const records = await readTopic(checked.broker, place.topic);
    const offsets = records
      .filter(({ partition }) => partition === place.partition)
      .map(({ offset }) => offset);
    findings.push(...findingsOf(checked, commits, offsets));
  }
  if (checked.delivery === "exactly-once") findings.push(...processedTwice(checked));
  const text = findings.length > 0 ? explain(checked.groupId, findings) : "";
  return {
    findings,
    text,
    assertFine() {
      if (findings.length > 0) throw new Error(text);
    },
  };
}

function commitsByPartition({ broker, groupId, history }: CheckedGroup): Commit[][] {
  const byPartition = new Map<string, Commit[]>();
  for (const request of history) {
    const wasCarriedOut = request.outcome === "answered" || request.outcome === "lost";
    if (request.api !== "OffsetCommit" || !wasCarriedOut || request.request["groupId"] !== groupId) continue;
    if (request.errors.length > 0) continue;
    for (const commit of commitsOf(broker, request)) {
      const key = `${commit.place.partition} ${commit.place.topic}`;
      const known = byPartition.get(key);
      if (known === undefined) byPartition.set(key, [commit]);
      else known.push(commit);
    }
  }
  return [...byPartition.values()];
}

interface CommittedTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: number }[];
}

function commitsOf(broker: Broker, request: ObservedRequest): Commit[] {
  const topics = request.request["topics"] as readonly CommittedTopic[];
  return topics.flatMap(({ name, topicId, partitions }) => {
    const topic = name === "" ? (broker.partitions.topicName(topicId) ?? topicId) : name;
    const id = broker.cluster.topics.get(topic)?.id ?? null;
    return partitions.map(({ partitionIndex, committedOffset }) => ({
      place: { topic, topicId: id, partition: partitionIndex },
      offset: committedOffset,
      request,
    }));
  });
}

/** Walks the commits in order; each vouches for the records between the one before and itself. */
function findingsOf(
  checked: CheckedGroup,
  commits: readonly Commit[],
  offsets: readonly number[],
): Finding[] {
  const findings: Finding[] = [];
  const { place } = commits[0]!;
  const marks = checked.marks.filter(
    ({ topic, partition }) => topic === place.topic && partition === place.partition,
  );
  let vouchedUntil = firstFetched(checked, place);
  for (const commit of commits) {
    for (const offset of offsets) {
      if (offset < vouchedUntil || offset >= commit.offset) continue;
      const own = marks.filter((mark) => mark.offset === offset);
      if (own.some((mark) => mark.afterSequence < commit.request.sequence)) continue;
      findings.push(own.length > 0 ? tooEarly(commit, offset) : skipped(commit, offset));
    }
    vouchedUntil = Math.max(vouchedUntil, commit.offset);
  }
  return findings;
}

/** Where the application began to read; what lies before was never its business. */
function firstFetched({ history, groupId, marks }: CheckedGroup, place: PartitionPlace): number {
  const clients = new Set(
    history.filter(({ api, request }) => api === "JoinGroup" && request["groupId"] === groupId).map(clientOf),
  );
  let first = Infinity;
  for (const mark of marks) {
    if (mark.topic === place.topic && mark.partition === place.partition)
      first = Math.min(first, mark.offset);
  }
  for (const request of history) {
    if (request.api !== "Fetch" || !clients.has(request.clientId)) continue;
    first = Math.min(first, fetchedFrom(request, place));
  }
  return first;
}

function clientOf({ clientId }: ObservedRequest): string {
  return clientId;
}

function fetchedFrom({ request }: ObservedRequest, place: PartitionPlace): number {
  const topics = request["topics"] as readonly Record<string, unknown>[];
  const partitions = topics
    .filter((topic) => isTopic(topic, place))
    .flatMap(({ partitions: all }) => all as unknown[]);
  const asked = partitions.filter(isNode).filter(({ partition }) => partition === place.partition);
  return Math.min(Infinity, ...asked.map(({ fetchOffset }) => Number(fetchOffset)));
}

function nameOf({ topic, partition }: PartitionPlace, offset: number): string {
  return `The record at offset ${offset} of "${topic}", partition ${partition},`;
}

function tooEarly({ place, offset: until, request }: Commit, offset: number): Finding {
  const text =
    `${nameOf(place, offset)} was committed before it was processed: request #${request.sequence} ` +
    `committed offset ${until}, which says that everything below is done. Had the application stopped right then, ` +
    "nobody would have processed the record. Commit after the work is done.";
  const { topic, partition } = place;
  return { kind: "committed-too-early", topic, partition, offset, text, requests: [request] };
}

function skipped({ place, offset: until, request }: Commit, offset: number): Finding {
  const text =
    `${nameOf(place, offset)} was never processed, but request #${request.sequence} committed offset ${until}, ` +
    "which says that everything below is done. No consumer of the group will get it again.";
  const { topic, partition } = place;
  return { kind: "skipped", topic, partition, offset, text, requests: [request] };
}

function processedTwice({ marks }: CheckedGroup): Finding[] {
  const counts = new Map<string, { mark: Mark; count: number }>();
  for (const mark of marks) {
    const key = `${mark.offset} ${mark.partition} ${mark.topic}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { mark, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].flatMap(({ mark: { topic, partition, offset }, count }) => {
    if (count === 1) return [];
    const text =
      `${nameOf({ topic, topicId: null, partition }, offset)} was processed ${count} times. Kafka delivers a record ` +
      "again when its offset had not been committed before a rebalance or a restart; the work must bear that.";
    return [{ kind: "processed-twice" as const, topic, partition, offset, text, requests: [] }];
  });
}

function explain(groupId: string, findings: readonly Finding[]): string {
  const told = findings.map(({ kind, text, requests }) => {
    const proof = requests.map((request) => `\n      ${request.toString()}`).join("");
    return `  ${kind}: ${text}${proof}`;
  });
  return `The application of the group "${groupId}" is not right:\n${told.join("\n")}`;
}
