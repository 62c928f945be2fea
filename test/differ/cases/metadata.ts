import {
  DescribeCluster,
  DescribeTopicPartitions,
  Metadata,
} from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { ResponseOf } from "../../../src/wire/kafka/schema.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

type Topics = ResponseOf<typeof Metadata>["topics"];

async function named(probe: Probe): Promise<void> {
  const ask = (title: string, name: string, version: number, isCreating: boolean) =>
    probe.ask(title, Metadata, version, { topics: [{ name }], allowAutoTopicCreation: isCreating });
  await ask("unknown name, not to be created", "d-meta-none", 12, false);
  await ask("unknown name, to be created", "d-meta-auto", 12, true);
  await probe.untilServed("d-meta-auto");
  await ask("asked again", "d-meta-auto", 12, false);
  await ask("v3 always creates", "d-meta-auto3", 3, false);
  await probe.untilServed("d-meta-auto3");
  for (const name of ["", ".", "..", "a/b", "a b", "\u00e4", "a".repeat(250)]) {
    await ask(`name "${name.slice(0, 9)}"`, name, 9, true);
  }
  await ask("a name of 249 characters", `d-meta${"a".repeat(243)}`, 9, true);
  await probe.untilServed(`d-meta${"a".repeat(243)}`);
  const twice = [{ name: "d-meta" }, { name: "d-meta" }];
  await probe.ask("the same topic twice", Metadata, 9, { topics: twice, allowAutoTopicCreation: false });
}

async function byId(probe: Probe, topicId: string): Promise<void> {
  const ask = (title: string, version: number, topic: { topicId: string; name: string | null }) =>
    probe.ask(title, Metadata, version, { topics: [topic], allowAutoTopicCreation: false });
  await ask("by id", 12, { topicId, name: null });
  await ask("unknown id", 12, { topicId: "rZ0mc1pmRKeH6vTm1MOj1A", name: null });
  await ask("neither id nor name", 12, { topicId: ZERO_UUID, name: null });
  await ask("id and another name", 12, { topicId, name: "d-meta-none" });
  await ask("v10 with an id", 10, { topicId, name: null });
}

/** Which names a broker lists depends on the other sections; only the ones made here are compared. */
async function all(probe: Probe): Promise<void> {
  for (const version of versionsOf(Metadata)) {
    const request = { topics: version === 0 ? [] : null, allowAutoTopicCreation: false };
    const answer = await probe.get(Metadata, version, request);
    const topics: Topics = answer.topics.filter((each) => each.name === "d-meta");
    probe.noteAnswer("all topics", Metadata, version, { ...answer, topics });
  }
}

async function described(probe: Probe): Promise<void> {
  const describe = (
    title: string,
    names: readonly string[],
    more: { limit?: number; cursor?: { topicName: string; partitionIndex: number } } = {},
  ) =>
    probe.ask(title, DescribeTopicPartitions, 0, {
      topics: names.map((name) => ({ name })),
      responsePartitionLimit: more.limit ?? 2_000,
      cursor: more.cursor ?? null,
    });
  await describe("a known topic", ["d-meta"]);
  await describe("two topics in falling order", ["d-meta-auto", "d-meta"]);
  await describe("an unknown topic", ["no-such-topic"]);
  await describe('name "a/b"', ["a/b"]);
  await describe("limit 1", ["d-meta"], { limit: 1 });
  await describe("limit 0", ["d-meta"], { limit: 0 });
  await describe("from partition 1 on", ["d-meta"], { cursor: { topicName: "d-meta", partitionIndex: 1 } });
  await describe("from partition -1 on", ["d-meta"], { cursor: { topicName: "d-meta", partitionIndex: -1 } });
}

async function cluster(probe: Probe): Promise<void> {
  for (const version of versionsOf(DescribeCluster)) {
    for (const includeClusterAuthorizedOperations of [false, true]) {
      const title = `the cluster, operations ${includeClusterAuthorizedOperations ? "asked" : "not asked"}`;
      await probe.ask(title, DescribeCluster, version, { includeClusterAuthorizedOperations });
    }
  }
  for (const endpointType of [0, 2, 3]) {
    const request = { includeClusterAuthorizedOperations: false, endpointType };
    await probe.ask(`endpoint type ${endpointType}`, DescribeCluster, 1, request);
  }
  const fenced = { includeClusterAuthorizedOperations: false, includeFencedBrokers: true };
  await probe.ask("fenced brokers too", DescribeCluster, 2, fenced);
}

export const metadata: Section = {
  name: "metadata",
  async run(probe) {
    const topicId = await probe.topic("d-meta", { partitions: 2 });
    for (const version of versionsOf(Metadata)) {
      const request = { topics: [{ name: "d-meta" }], allowAutoTopicCreation: false };
      await probe.ask("a known topic", Metadata, version, request);
    }
    for (const version of versionsOf(Metadata, 1)) {
      await probe.ask("no topics", Metadata, version, { topics: [], allowAutoTopicCreation: false });
    }
    for (const version of [8, 9, 10]) {
      const asked = { includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true };
      const topics = [{ name: "d-meta" }];
      await probe.ask("operations asked", Metadata, version, {
        topics,
        allowAutoTopicCreation: false,
        ...asked,
      });
    }
    await named(probe);
    await byId(probe, topicId);
    await all(probe);
    await described(probe);
    await cluster(probe);
  },
};
