import {
  AlterPartitionReassignments,
  AlterReplicaLogDirs,
  DescribeLogDirs,
  ElectLeaders,
  ListPartitionReassignments,
} from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

const topic = "d-placement";

async function reassign(probe: Probe): Promise<void> {
  const ask = (
    title: string,
    version: number,
    partition: { partitionIndex?: number; replicas: number[] | null },
    name = topic,
  ) =>
    probe.ask(title, AlterPartitionReassignments, version, {
      timeoutMs: 5_000,
      topics: [{ name, partitions: [{ partitionIndex: 0, ...partition }] }],
    });
  for (const version of versionsOf(AlterPartitionReassignments)) {
    await ask("to where it is", version, { replicas: [1] });
    await ask("to an unknown broker", version, { replicas: [1, 7] });
    await ask("to nowhere", version, { replicas: [] });
    await ask("to the same broker twice", version, { replicas: [1, 1] });
    await ask("to broker -1", version, { replicas: [-1] });
    await ask("cancel what is not there", version, { replicas: null });
    await ask("partition 99", version, { partitionIndex: 99, replicas: [1] });
    await ask("an unknown topic", version, { replicas: [1] }, "no-such-topic");
  }
  await probe.ask("all", ListPartitionReassignments, 0, { topics: null });
  const named = (name: string) => ({ topics: [{ name, partitionIndexes: [0] }] });
  await probe.ask("one topic", ListPartitionReassignments, 0, named(topic));
  await probe.ask("an unknown topic", ListPartitionReassignments, 0, named("no-such-topic"));
}

async function elect(probe: Probe): Promise<void> {
  const ask = (
    title: string,
    version: number,
    electionType: number,
    topicPartitions: Array<{ topic: string; partitions: number[] }> | null,
  ) => probe.ask(title, ElectLeaders, version, { electionType, topicPartitions });
  for (const version of versionsOf(ElectLeaders)) {
    await ask("preferred, already led by it", version, 0, [{ topic, partitions: [0] }]);
  }
  await ask("unclean, the leader lives", 2, 1, [{ topic, partitions: [0] }]);
  await ask("type 2", 2, 2, [{ topic, partitions: [0] }]);
  await ask("an unknown partition", 2, 0, [{ topic, partitions: [9] }]);
  await ask("an unknown topic", 2, 0, [{ topic: "no-such-topic", partitions: [0] }]);
  await ask("no partitions", 2, 0, []);
}

export const placement: Section = {
  name: "placement",
  async run(probe) {
    await probe.topic(topic);
    await reassign(probe);
    await elect(probe);
    for (const version of versionsOf(DescribeLogDirs)) {
      const ask = (title: string, topics: Array<{ topic: string; partitions: number[] }>) =>
        probe.ask(title, DescribeLogDirs, version, { topics });
      await ask("one topic", [{ topic, partitions: [0] }]);
      await ask("an unknown topic", [{ topic: "no-such-topic", partitions: [0] }]);
      await ask("no topics", []);
    }
    for (const version of versionsOf(AlterReplicaLogDirs)) {
      for (const path of ["/no/such/directory", "relative"]) {
        const dirs = [{ path, topics: [{ name: topic, partitions: [0] }] }];
        await probe.ask(`to ${path}`, AlterReplicaLogDirs, version, { dirs });
      }
    }
  },
};
