import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Admin } from "../../src/client/index.ts";
import type { BrokerProcess } from "../support/broker-process.ts";
import { KAFKA_VERSION, kafkaUnavailable } from "../support/kafka-jars.ts";
import { startKafka } from "../support/kafka.ts";
import { startMillrace } from "../support/millrace.ts";
import { freePort } from "../support/processes.ts";
import { cacheFolder } from "../support/project-files.ts";
import { certificate, privateKey } from "../support/tls/certificate.ts";

/* What the client's tests run against: a Millrace and, where it can be had, an Apache Kafka, each in its process. */

export interface Cluster {
  readonly name: string;
  /** Where it listens; started when first asked for. */
  bootstrapServers(): Promise<string>;
  /** Where it listens for TLS, with the certificate of test/support/tls; only Apache Kafka does. */
  tlsServers(): Promise<string>;
  /** Why it can't be used here, or false. */
  readonly skip: string | false;
}

/** Rebalances of tests need not wait for members to come. */
const settings = { "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "5" };

const started: Promise<BrokerProcess>[] = [];
const tlsPort = freePort();
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
    async tlsServers() {
      await this.bootstrapServers();
      return `127.0.0.1:${await tlsPort}`;
    },
  };
}

export const millrace = clusterOf("Millrace", false, startMillrace);
export const kafka = clusterOf(
  `Apache Kafka ${KAFKA_VERSION}`,
  (await kafkaUnavailable()) ?? false,
  async (options) => {
    const port = await freePort();
    const tlsSettings = withTls({ port, tlsPort: await tlsPort, controllerPort: await freePort() });
    return await startKafka({ ...options, port, settings: { ...options?.settings, ...tlsSettings } });
  },
);

/** Kafka's settings for a second listener, with TLS. */
function withTls(ports: {
  readonly port: number;
  readonly tlsPort: number;
  readonly controllerPort: number;
}): Record<string, string> {
  const keyStore = join(cacheFolder("tls"), "keystore.pem");
  writeFileSync(keyStore, `${privateKey}${certificate}`);
  const listeners = `PLAINTEXT://127.0.0.1:${ports.port},SSL://127.0.0.1:${ports.tlsPort}`;
  return {
    listeners: `${listeners},CONTROLLER://127.0.0.1:${ports.controllerPort}`,
    "advertised.listeners": listeners,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT",
    "controller.quorum.voters": `1@127.0.0.1:${ports.controllerPort}`,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": keyStore,
  };
}

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
