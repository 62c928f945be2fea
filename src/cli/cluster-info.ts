import { printFacts, printRows } from "./output.ts";
import { withCluster, type ClusterOptions } from "./with-cluster.ts";

export async function clusterInfo(options: ClusterOptions): Promise<void> {
  const metadata = await withCluster(options, async (client) => await client.metadata(null));
  const topics = [...metadata.topics.values()];
  const partitions = topics.flatMap((topic) => topic.partitions);
  const brokers = [...metadata.brokers.values()].map(({ nodeId, host, port, rack }) => ({
    id: nodeId,
    address: `${host}:${port}`,
    rack,
    leads: partitions.filter(({ leaderId }) => leaderId === nodeId).length,
    controller: nodeId === metadata.controllerId,
  }));
  const facts = {
    clusterId: metadata.clusterId,
    topics: topics.filter(({ isInternal }) => !isInternal).length,
    partitions: partitions.length,
    withoutLeader: partitions.filter(({ leaderId }) => leaderId < 0).length,
    underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
  };
  if (options.format === "json") {
    process.stdout.write(`${JSON.stringify({ ...facts, brokers }, null, 2)}\n`);
    return;
  }
  await printFacts("table", facts);
  process.stdout.write("\n");
  await printRows("table", ["id", "address", "rack", "leads", "controller"], brokers);
}
