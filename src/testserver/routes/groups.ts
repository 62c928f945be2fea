import type { CheckOptions } from "../../testing/index.ts";
import { observedRequest, viewRequest } from "../observed-request.ts";
import { route } from "../route.ts";
import { array, boolean, integer, named, nullable, object, oneOfWords, optional, string } from "../schema.ts";
import { partitionIndex, timeMs, topicName } from "../shared-schemas.ts";
import { exampleRequest } from "./example.ts";

const offset = integer({ minimum: 0 });

const group = named(
  "Group",
  object({
    groupId: string(),
    state: string({ description: "Empty, PreparingRebalance, CompletingRebalance, Stable or Dead" }),
    members: array(
      object({
        memberId: string(),
        clientId: string(),
        groupInstanceId: nullable(string()),
        partitions: array(string(), { description: "What it was given, as topic-partition" }),
      }),
    ),
    offsets: array(
      object({
        topic: topicName,
        partition: partitionIndex,
        committedOffset: integer({ description: "The next record that the group will read" }),
        endOffset: integer({ description: "Behind the last record there is" }),
        lag: integer({ minimum: 0 }),
      }),
    ),
    lag: integer({ minimum: 0, description: "Of all partitions together" }),
    timeline: array(object({ atMs: timeMs, generation: integer(), text: string() }), {
      description: "Why each rebalance happened, the oldest first",
    }),
  }),
);

export const getGroup = route({
  method: "get",
  path: "/brokers/{brokerId}/groups/{groupId}",
  operationId: "getGroup",
  tag: "Looking",
  summary: "A consumer group: members, committed offsets, lag, and why it rebalanced",
  description: "One that nobody has heard of is Dead.",
  answer: {
    status: 200,
    description: "How it is, and how it came to that",
    schema: group,
    example: {
      groupId: "billing",
      state: "Empty",
      members: [],
      offsets: [{ topic: "orders", partition: 0, committedOffset: 3, endOffset: 5, lag: 2 }],
      lag: 2,
      timeline: [{ atMs: 1_767_225_600_000, generation: 0, text: "member billing-1 joins" }],
    },
  },
  problems: ["conflict"],
  handle: ({ brokers, params: { brokerId, groupId } }) => {
    const hosted = brokers.get(brokerId);
    return hosted.inTurn(() => hosted.broker.group(groupId));
  },
});

export const noteProcessed = route({
  method: "post",
  path: "/brokers/{brokerId}/groups/{groupId}/processed",
  operationId: "noteProcessed",
  tag: "Checking",
  summary: "Say that the application has dealt with records",
  description: "Call it where the work is done, before the offset is committed; `check` compares the two.",
  body: {
    schema: object({
      records: array(object({ topic: topicName, partition: partitionIndex, offset }), {
        minItems: 1,
        maxItems: 10_000,
      }),
    }),
    examples: { one: { records: [{ topic: "orders", partition: 0, offset: 0 }] } },
  },
  answer: {
    status: 200,
    description: "It is remembered until the broker is reset",
    schema: object({ noted: integer({ minimum: 1 }) }),
    example: { noted: 1 },
  },
  problems: ["limit-reached"],
  handle: ({ brokers, params: { brokerId, groupId }, body: { records } }) => {
    brokers.get(brokerId).noteProcessed(groupId, records);
    return { noted: records.length };
  },
});

const finding = named(
  "Finding",
  object({
    kind: oneOfWords(["committed-too-early", "skipped", "processed-twice"]),
    topic: topicName,
    partition: partitionIndex,
    offset,
    text: string({ description: "What happened and why it matters" }),
    requests: array(observedRequest, { description: "The requests that prove it" }),
  }),
);

const exampleText =
  'The record at offset 0 of "orders", partition 0, was committed before it was processed: request #21 committed ' +
  "offset 1, which says that everything below is done.";

export const checkGroup = route({
  method: "get",
  path: "/brokers/{brokerId}/groups/{groupId}/check",
  operationId: "checkGroup",
  tag: "Checking",
  summary: "Judge the application of a group by its commits and by what it noted as processed",
  query: object({
    delivery: optional(
      oneOfWords(["at-least-once", "exactly-once"], {
        description: "With exactly-once a record that was processed twice is a finding, too",
        default: "at-least-once",
      }),
    ),
  }),
  answer: {
    status: 200,
    description: "What the history says",
    schema: object({
      isFine: boolean(),
      text: string({ description: "All findings, for the message of a failed test; empty when it is fine" }),
      findings: array(finding),
    }),
    example: {
      isFine: false,
      text: `The application of the group "billing" is not right:\n  committed-too-early: ${exampleText}`,
      findings: [
        {
          kind: "committed-too-early" as const,
          topic: "orders",
          partition: 0,
          offset: 0,
          text: exampleText,
          requests: [exampleRequest],
        },
      ],
    },
  },
  problems: ["conflict"],
  handle: async ({ brokers, params: { brokerId, groupId }, query }) => {
    const hosted = brokers.get(brokerId);
    const verdict = await hosted.inTurn(() => hosted.broker.check(groupId, query as CheckOptions));
    const findings = verdict.findings.map((one) => ({ ...one, requests: one.requests.map(viewRequest) }));
    return { isFine: findings.length === 0, text: verdict.text, findings };
  },
});
