import { after, test } from "node:test";
import { Admin } from "../../src/client/index.ts";
import type { BrokerProcess } from "../support/broker-process.ts";
import { KAFKA_VERSION, kafkaUnavailable } from "../support/kafka-jars.ts";
import { startKafka } from "../support/kafka.ts";
import { startMillrace } from "../support/millrace.ts";

/* What the client's tests run against: a Millrace and, where it can be had, an Apache Kafka, each in its process. */

export interface Cluster {
  readonly name: string;
  /** Where it listens; started when first asked for. */
  bootstrapServers(): Promise<string>;
  /** Why it can't be used here, or false. */
  readonly skip: string | false;
}

/** Rebalances of tests need not wait for members to come. */
const settings = { "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "5" };

const started: Promise<BrokerProcess>[] = [];
after(async () => {
  for (const broker of await Promise.all(started)) await broker.remove();
});

function clusterOf(name: string, skip: string | false, start: typeof startMillrace): Cluster {
  let broker: Promise<BrokerProcess> | null = null;
  return {
    name,
    skip,
    async bootstrapServers() {
      if (broker === null) {
        broker = start({ settings });
        started.push(broker);
      }
      return (await broker).address;
    },
  };
}

export const millrace = clusterOf("Millrace", false, startMillrace);
export const kafka = clusterOf(
  `Apache Kafka ${KAFKA_VERSION}`,
  (await kafkaUnavailable()) ?? false,
  startKafka,
);

export interface Scene {
  readonly bootstrapServers: string;
  readonly admin: Admin;
  /** A name that no other test uses. */
  readonly topic: string;
  readonly groupId: string;
}

let count = 0;

/** One test for each cluster, with a topic name and a group name of its own. */
export function onEach(
  clusters: readonly Cluster[],
  title: string,
  work: (scene: Scene) => Promise<void>,
): void {
  for (const cluster of clusters) {
    const { name, skip } = cluster;
    test(`${title} (${name})`, { skip, timeout: 60_000 }, async () => {
      count += 1;
      const servers = await cluster.bootstrapServers();
      const admin = new Admin({ bootstrapServers: servers });
      try {
        const topic = `topic-${count}`;
        await work({ bootstrapServers: servers, admin, topic, groupId: `group-${count}` });
      } finally {
        await admin.close();
      }
    });
  }
}
