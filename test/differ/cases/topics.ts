import {
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  Metadata,
} from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

interface Topic {
  readonly name?: string;
  readonly numPartitions?: number;
  readonly replicationFactor?: number;
  readonly assignments?: Array<{ partitionIndex: number; brokerIds: number[] }>;
  readonly configs?: Array<{ name: string; value: string | null }>;
}

let count = 0;
const fresh = (topic: Topic = {}) => ({
  name: `d-topics-${(count += 1)}`,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...topic,
});
const config = (name: string, value: string | null): Topic => ({ configs: [{ name, value }] });
const assigned = (...brokerIds: number[][]): Topic => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids })),
});

const creations: ReadonlyArray<readonly [title: string, topic: Topic]> = [
  ["partitions 0", { numPartitions: 0 }],
  ["partitions -1", { numPartitions: -1 }],
  ["partitions -2", { numPartitions: -2 }],
  ["replication factor 0", { replicationFactor: 0 }],
  ["replication factor -1", { replicationFactor: -1 }],
  ["replication factor -2", { replicationFactor: -2 }],
  ["replication factor 3 on one broker", { replicationFactor: 3 }],
  ["20000 partitions", { numPartitions: 20_000 }],
  ["an existing name", { name: "d-topics" }],
  ['name ""', { name: "" }],
  ['name "."', { name: "." }],
  ['name ".."', { name: ".." }],
  ["a name of 250 characters", { name: "a".repeat(250) }],
  ['name "a/b"', { name: "a/b" }],
  ['name "a b"', { name: "a b" }],
  ["a name outside ASCII", { name: "\u00e4" }],
  ["name __consumer_offsets", { name: "__consumer_offsets" }],
  ["a name with a dot", { name: "d-topics.x" }],
  ["a name that collides with it", { name: "d-topics_x" }],
  ["an unknown config key", config("no.such.key", "1")],
  ["retention.ms=abc", config("retention.ms", "abc")],
  ["a null config value", config("retention.ms", null)],
  [
    "a config key twice",
    {
      configs: [
        { name: "retention.ms", value: "1" },
        { name: "retention.ms", value: "2" },
      ],
    },
  ],
  ["cleanup.policy=foo", config("cleanup.policy", "foo")],
  ["cleanup.policy=compact,delete", config("cleanup.policy", "compact,delete")],
  ["an empty cleanup.policy", config("cleanup.policy", "")],
  ["segment.bytes=100", config("segment.bytes", "100")],
  ["remote.storage.enable=true", config("remote.storage.enable", "true")],
  ["an assignment and counts", { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }],
  ["an assignment", assigned([1])],
  ["an assignment to an unknown broker", assigned([7])],
  ["an assignment that names a broker twice", assigned([1, 1])],
  ["an assignment without brokers", assigned([])],
  [
    "an assignment with a gap",
    {
      ...assigned(),
      assignments: [0, 2].map((partitionIndex) => ({ partitionIndex, brokerIds: [1] })),
    },
  ],
];

async function create(probe: Probe): Promise<void> {
  for (const version of versionsOf(CreateTopics)) {
    await probe.ask("a topic of 2 partitions", CreateTopics, version, {
      topics: [fresh({ numPartitions: 2 })],
    });
    await probe.ask("only validated", CreateTopics, version, { topics: [fresh()], validateOnly: true });
  }
  for (const [title, topic] of creations) {
    await probe.ask(title, CreateTopics, 7, { topics: [fresh(topic)] });
  }
  await probe.ask("an existing name, only validated", CreateTopics, 7, {
    topics: [fresh({ name: "d-topics" })],
    validateOnly: true,
  });
  const twice = fresh({ name: "d-topics-twice" });
  await probe.ask("the same new name twice", CreateTopics, 7, { topics: [twice, twice] });
  await probe.ask("no topics", CreateTopics, 7, { topics: [] });
  const mixed = [fresh(), fresh({ name: "a/b" }), fresh({ replicationFactor: 3 })];
  await probe.ask("good and bad ones", CreateTopics, 7, { topics: mixed });
  await probe.ask("timeout 0", CreateTopics, 7, { topics: [fresh({ name: "d-topics-late" })], timeoutMs: 0 });
}

async function remove(probe: Probe): Promise<void> {
  const byName = (title: string, version: number, topicNames: string[]) =>
    probe.ask(title, DeleteTopics, version, { topics: [], topicNames, timeoutMs: 5_000 });
  const byId = (title: string, topics: Array<{ name: string | null; topicId: string }>) =>
    probe.ask(title, DeleteTopics, 6, { topics, timeoutMs: 5_000 });
  for (const version of versionsOf(DeleteTopics)) {
    const name = `d-topics-gone-${version}`;
    const topicId = await probe.topic(name);
    if (version < 6) await byName("an existing topic", version, [name]);
    else await byId("an existing topic by id", [{ name: null, topicId }]);
    await probe.untilGone(name);
    const request = { topics: [{ name }], allowAutoTopicCreation: false };
    await probe.ask("Metadata for it", Metadata, 9, request);
  }
  const topicId = await probe.topic("d-topics-kept");
  const unknownId = "rZ0mc1pmRKeH6vTm1MOj1A";
  await byName("an unknown name", 5, ["no-such-topic"]);
  await byName("the same name twice", 5, ["d-topics-kept", "d-topics-kept"]);
  await byName('name "a/b"', 5, ["a/b"]);
  await byName('name ""', 5, [""]);
  await byName("no names", 5, []);
  await byId("an unknown id", [{ name: null, topicId: unknownId }]);
  await byId("name and id", [{ name: "d-topics-kept", topicId }]);
  await byId("neither name nor id", [{ name: null, topicId: ZERO_UUID }]);
  await byId("the same id twice", [
    { name: null, topicId },
    { name: null, topicId },
  ]);
  await byId("by name", [{ name: "d-topics-kept", topicId: ZERO_UUID }]);
}

async function grow(probe: Probe): Promise<void> {
  const ask = (
    title: string,
    topic: { count: number; name?: string; assignments?: Array<{ brokerIds: number[] }> },
    more: { version?: number; validateOnly?: boolean } = {},
  ) =>
    probe.ask(title, CreatePartitions, more.version ?? 3, {
      topics: [{ name: "d-topics-grow", assignments: null, ...topic }],
      timeoutMs: 5_000,
      validateOnly: more.validateOnly ?? false,
    });
  await probe.topic("d-topics-grow", { partitions: 2 });
  for (const wanted of [1, 2, 0, -1]) await ask(`2 to ${wanted}`, { count: wanted });
  await ask("an unknown topic", { name: "no-such-topic", count: 3 });
  await ask('name "a/b"', { name: "a/b", count: 3 });
  await ask("2 to 3, only validated", { count: 3 }, { validateOnly: true });
  await ask("2 to 3 with 2 assignments", { count: 3, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] });
  await ask("2 to 3 on an unknown broker", { count: 3, assignments: [{ brokerIds: [7] }] });
  await ask("2 to 3 with two replicas", { count: 3, assignments: [{ brokerIds: [1, 1] }] });
  await ask("2 to 3 with an assignment", { count: 3, assignments: [{ brokerIds: [1] }] });
  for (const version of versionsOf(CreatePartitions))
    await ask("one more", { count: 4 + version }, { version });
  const twice = { name: "d-topics-grow", count: 9, assignments: null };
  const request = { topics: [twice, twice], timeoutMs: 5_000, validateOnly: false };
  await probe.ask("a topic twice", CreatePartitions, 3, request);
  await probe.pause(100); // Partitions are there once the broker has read them back from the metadata log.
  const nine = await probe.get(Metadata, 9, {
    topics: [{ name: "d-topics-grow" }],
    allowAutoTopicCreation: false,
  });
  probe.noteAnswer("the topic afterwards", Metadata, 9, nine);
}

export const topics: Section = {
  name: "topics",
  async run(probe) {
    count = 0;
    await probe.topic("d-topics");
    await create(probe);
    await remove(probe);
    await grow(probe);
  },
};
