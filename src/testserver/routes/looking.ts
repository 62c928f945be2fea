import { durationMs } from "../../testing/duration.ts";
import type { ObservedRequest } from "../../testing/index.ts";
import { observedRequest, viewRequest, viewRequestWithBodies } from "../observed-request.ts";
import { Problem } from "../problem.ts";
import { isLike, recordMatch } from "../record-match.ts";
import { route } from "../route.ts";
import { array, boolean, integer, nullable, object, optional, string } from "../schema.ts";
import { duration, record, topicName } from "../shared-schemas.ts";
import { recordBytes, viewRecord, withinBytes } from "../views.ts";
import { exampleRecord, exampleRequest } from "./example.ts";

const RECORDS_DEFAULT = 1000;
const REQUESTS_DEFAULT = 100;

export const getRecords = route({
  method: "get",
  path: "/brokers/{brokerId}/topics/{topic}/records",
  operationId: "getRecords",
  tag: "Looking",
  summary: "The committed records of a topic, partition by partition, in order",
  description: "None when there is no such topic.",
  query: object({
    skip: optional(integer({ minimum: 0, description: "Leave out so many from the start" })),
    limit: optional(integer({ minimum: 1, maximum: 100_000, default: RECORDS_DEFAULT })),
  }),
  answer: {
    status: 200,
    description: "As many as one answer may hold",
    schema: object({
      records: array(record),
      total: integer({ minimum: 0, description: "How many there are" }),
      next: nullable(integer({ description: "`skip` of the next call; null when this was the last" })),
    }),
    example: { records: [exampleRecord], total: 1, next: null },
  },
  problems: ["conflict"],
  handle: async ({ brokers, limits, params, query: { skip = 0, limit = RECORDS_DEFAULT } }) => {
    const hosted = brokers.get(params.brokerId);
    const all = await hosted.inTurn(() => hosted.broker.records(params.topic));
    const some = withinBytes(all.slice(skip, skip + limit), recordBytes, limits.answerBytesMax);
    const next = skip + some.length;
    return {
      records: some.map(viewRecord),
      total: all.length,
      next: next < all.length && some.length > 0 ? next : null,
    };
  },
});

export const waitForRecords = route({
  method: "post",
  path: "/brokers/{brokerId}/wait",
  operationId: "waitForRecords",
  tag: "Looking",
  summary: "Wait until a topic has the records",
  description:
    "The answer comes as soon as they are committed. If they do not come in time, the problem says what there was " +
    "instead. The timeout is in real time, whatever the broker's clock does; set that of your HTTP client higher.",
  body: {
    schema: object({
      topic: topicName,
      count: optional(integer({ minimum: 1, default: 1 })),
      where: optional(recordMatch),
      timeout: optional(duration),
    }),
    examples: {
      count: { topic: "orders", count: 3, timeout: "10s" },
      where: { topic: "orders", where: { key: { text: "42" }, value: { json: { count: 2 } } } },
    },
  },
  answer: {
    status: 200,
    description: "All that count, the oldest first",
    schema: object({ records: array(record), isCut: boolean({ description: "Whether some did not fit" }) }),
    example: { records: [exampleRecord], isCut: false },
  },
  problems: ["wait-timeout"],
  handle: async ({ brokers, limits, params, body, signal }) => {
    const { topic, count = 1, where = {}, timeout = "5s" } = body;
    const hosted = brokers.get(params.brokerId);
    if (durationMs(timeout) > limits.waitMsMax) {
      throw new Problem(
        "bad-request",
        `A wait lasts at most ${limits.waitMsMax} ms (--wait-ms-max), "timeout" is ${JSON.stringify(timeout)}.`,
      );
    }
    const found = await hosted.broker.waitFor({
      topic,
      count,
      timeout,
      where: (one) => isLike(one, where),
      signal: AbortSignal.any([signal, hosted.gone]),
    });
    const some = withinBytes(found, recordBytes, limits.answerBytesMax);
    return { records: some.map(viewRecord), isCut: some.length < found.length };
  },
});

export const getRequests = route({
  method: "get",
  path: "/brokers/{brokerId}/requests",
  operationId: "getRequests",
  tag: "Looking",
  summary: "What clients have asked, and what they got",
  query: object({
    api: optional(string({ minLength: 1, description: 'Only of this API, such as "OffsetCommit"' })),
    clientId: optional(string({ description: "Only of this client" })),
    topic: optional(string({ description: "Only those that name this topic" })),
    limit: optional(integer({ minimum: 1, maximum: 20_000, default: REQUESTS_DEFAULT })),
    bodies: optional(boolean({ default: false, description: "With what was asked and answered, decoded" })),
  }),
  answer: {
    status: 200,
    description: "The last ones, the oldest first",
    schema: object({
      requests: array(observedRequest),
      total: integer({ minimum: 0, description: "How many are remembered and match" }),
    }),
    example: { requests: [exampleRequest], total: 1 },
  },
  handle: ({ brokers, limits, params, query }) => {
    const { limit = REQUESTS_DEFAULT, bodies = false, ...asked } = query;
    const all = brokers.get(params.brokerId).broker.requests(asked);
    const bytesOf = ({ sizeBytes }: ObservedRequest): number => REQUEST_BYTES + (bodies ? 4 * sizeBytes : 0);
    const last = withinBytes(all.slice(-limit).toReversed(), bytesOf, limits.answerBytesMax).toReversed();
    const view = bodies ? viewRequestWithBodies : viewRequest;
    return { requests: last.map(view), total: all.length };
  },
});

const REQUEST_BYTES = 400;

export const getReport = route({
  method: "get",
  path: "/brokers/{brokerId}/report",
  operationId: "getReport",
  tag: "Looking",
  summary: "The last of what happened, as text for the message of a failed test",
  answer: {
    status: 200,
    description: "The last requests, and the last that the broker had to say",
    schema: object({ text: string() }),
    example: { text: exampleRequest.text },
  },
  handle: ({ brokers, params }) => ({ text: brokers.get(params.brokerId).broker.report() }),
});
