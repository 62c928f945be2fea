import { kafkaReleases } from "../../testing/kafka-releases.ts";
import type { MillraceOptions, TopicOptions } from "../../testing/index.ts";
import { route } from "../route.ts";
import {
  anyOf,
  array,
  boolean,
  integer,
  map,
  named,
  object,
  oneOfTypes,
  oneOfWords,
  optional,
  string,
} from "../schema.ts";
import { broker, topicName } from "../shared-schemas.ts";
import { viewBroker } from "../views.ts";
import { exampleBroker } from "./example.ts";

const configuration = map(oneOfTypes<string | number | boolean>(["string", "number", "boolean"]), {
  description: "By Kafka's names",
});

const topicOptions = named(
  "TopicOptions",
  object({
    name: topicName,
    partitions: optional(integer({ minimum: 1, description: "Default: what num.partitions says, 1" })),
    config: optional(configuration),
  }),
);

const topics = array(anyOf([topicName, topicOptions], { description: "A topic's name, or its options" }), {
  maxItems: 1000,
});

const brokerOptions = named(
  "BrokerOptions",
  object({
    topics: optional(topics),
    config: optional(configuration),
    port: optional(integer({ minimum: 0, maximum: 65_535, description: "To listen on; default a free one" })),
    dataDir: optional(
      string({
        minLength: 1,
        description:
          "Keep the data in this directory of the test server's machine, not in memory. Crashes, snapshots, resets and full disks need memory",
      }),
    ),
    asVersion: optional(
      oneOfWords(kafkaReleases, { description: "Offer clients only what that release of Kafka had" }),
    ),
  }),
);

export const createBroker = route({
  method: "post",
  path: "/brokers",
  operationId: "createBroker",
  tag: "Brokers",
  summary: "Start a broker",
  body: {
    schema: brokerOptions,
    examples: {
      plain: {},
      topics: {
        topics: ["orders", { name: "prices", partitions: 3, config: { "cleanup.policy": "compact" } }],
        config: { "num.partitions": 2 },
        asVersion: "3.9",
      },
    },
  },
  answer: {
    status: 201,
    description: "It is ready for clients",
    schema: broker,
    example: exampleBroker,
  },
  problems: ["conflict", "limit-reached"],
  handle: async ({ brokers, body }) => viewBroker(await brokers.start(body as MillraceOptions)),
});

export const listBrokers = route({
  method: "get",
  path: "/brokers",
  operationId: "listBrokers",
  tag: "Brokers",
  summary: "All brokers",
  answer: {
    status: 200,
    description: "In the order of their start",
    schema: object({ brokers: array(broker) }),
    example: { brokers: [exampleBroker] },
  },
  handle: ({ brokers }) => ({ brokers: brokers.all.map(viewBroker) }),
});

export const getBroker = route({
  method: "get",
  path: "/brokers/{brokerId}",
  operationId: "getBroker",
  tag: "Brokers",
  summary: "One broker",
  answer: { status: 200, description: "How it is", schema: broker, example: exampleBroker },
  handle: ({ brokers, params }) => viewBroker(brokers.get(params.brokerId)),
});

export const deleteBroker = route({
  method: "delete",
  path: "/brokers/{brokerId}",
  operationId: "deleteBroker",
  tag: "Brokers",
  summary: "Stop a broker",
  description:
    "Nothing is left of it. Assert in your tests that `unhitFaults` is empty: a fault that never happened tested nothing.",
  answer: {
    status: 200,
    description: "It is gone",
    schema: object({ unhitFaults: array(string(), { description: "Asked for, and never happened" }) }),
    example: { unhitFaults: ['fail("Fetch", "UNKNOWN_SERVER_ERROR"): 0 hits'] },
  },
  handle: async ({ brokers, params }) => {
    const { unhitFaults } = await brokers.stop(params.brokerId);
    return { unhitFaults };
  },
});

export const crashBroker = route({
  method: "post",
  path: "/brokers/{brokerId}/crash",
  operationId: "crashBroker",
  tag: "Brokers",
  summary: "Let a broker die",
  description: "Its connections break, and nobody is there until `restart`. Needs storage in memory.",
  body: {
    schema: object({
      powerCut: optional(
        boolean({ description: "What was not synced is gone. Default false: only the process dies" }),
      ),
    }),
    examples: { process: {}, machine: { powerCut: true } },
  },
  answer: {
    status: 200,
    description: "It is dead",
    schema: broker,
    example: { ...exampleBroker, state: "crashed" },
  },
  problems: ["conflict"],
  handle: async ({ brokers, params, body: { powerCut = false } }) => {
    const hosted = brokers.get(params.brokerId);
    await hosted.crash({ powerCut });
    return viewBroker(hosted);
  },
});

export const restartBroker = route({
  method: "post",
  path: "/brokers/{brokerId}/restart",
  operationId: "restartBroker",
  tag: "Brokers",
  summary: "Start a broker again, on the same port, with what its disk has",
  description: "One that runs is stopped orderly before.",
  answer: { status: 200, description: "It is ready for clients", schema: broker, example: exampleBroker },
  problems: ["conflict"],
  handle: async ({ brokers, params }) => {
    const hosted = brokers.get(params.brokerId);
    await hosted.restart();
    return viewBroker(hosted);
  },
});

export const resetBroker = route({
  method: "post",
  path: "/brokers/{brokerId}/reset",
  operationId: "resetBroker",
  tag: "Brokers",
  summary: "Back to how the broker was started",
  description:
    "Its topics without records, no groups, no faults, no processed records. Snapshots stay. Connections break.",
  answer: { status: 200, description: "It is ready for clients", schema: broker, example: exampleBroker },
  problems: ["conflict"],
  handle: async ({ brokers, params }) => {
    const hosted = brokers.get(params.brokerId);
    await hosted.reset();
    return viewBroker(hosted);
  },
});

export const createTopics = route({
  method: "post",
  path: "/brokers/{brokerId}/topics",
  operationId: "createTopics",
  tag: "Brokers",
  summary: "Create topics while the broker runs",
  body: { schema: object({ topics }), examples: { one: { topics: ["orders"] } } },
  answer: {
    status: 201,
    description: "They are there",
    schema: object({ topics: array(topicName) }),
    example: { topics: ["orders"] },
  },
  problems: ["conflict"],
  handle: async ({ brokers, params, body }) => {
    const hosted = brokers.get(params.brokerId);
    const wanted = body.topics as readonly (string | TopicOptions)[];
    await hosted.inTurn(() => hosted.broker.createTopics(...wanted));
    return { topics: wanted.map((topic) => (typeof topic === "string" ? topic : topic.name)) };
  },
});
