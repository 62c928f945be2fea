import { createTopics } from "../../src/client/admin/admin-topics.ts";
import { ClusterClient, type ClusterClientOptions } from "../../src/client/network/cluster-client.ts";
import { Consumer } from "../../src/client/consumer/consumer.ts";
import type { ConsumerOptions } from "../../src/client/consumer/consumer-options.ts";
import { fetchCommitted } from "../../src/client/consumer/group-offsets.ts";
import { brokerProgram } from "../../src/sim/scenario/broker-program.ts";
import { World } from "../../src/sim/world.ts";
import { Produce } from "../../src/wire/kafka/messages/00-produce.ts";
import { buildBatch } from "../../src/wire/kafka/record-batch.ts";

export const TOPIC = "t";
export const GROUP = "g";

/** Times short enough for a test that waits for them. */
const QUICK = {
  heartbeatIntervalMs: 100,
  sessionTimeoutMs: 6_000,
  maxPollIntervalMs: 10_000,
  fetchMaxWaitMs: 50,
};

/** A simulated broker with one topic, and consumers on machines of their own, all on virtual time. */
export class ConsumerScene {
  readonly world: World;
  private readonly admin: ClusterClient;

  private constructor(seed: number) {
    this.world = new World(seed);
    this.admin = this.client("admin");
  }

  static async open(options: { partitions?: number; seed?: number } = {}): Promise<ConsumerScene> {
    const scene = new ConsumerScene(options.seed ?? 1);
    await scene.run(brokerProgram.start(scene.world.machine("broker").boot()));
    await scene.createTopic(TOPIC, options.partitions ?? 1);
    return scene;
  }

  /** Lets virtual time pass until the promise settles. */
  async run<T>(promise: Promise<T>): Promise<T> {
    return await this.world.complete(promise);
  }

  async pass(delayMs: number): Promise<void> {
    await this.run(new Promise<void>((resolve) => this.world.scheduler.after(delayMs, null, resolve)));
  }

  client(host: string, options: Partial<ClusterClientOptions> = {}): ClusterClient {
    return new ClusterClient(this.world.machine(host).boot(), {
      bootstrapServers: [{ host: "broker", port: 9092 }],
      clientId: host,
      ...options,
    });
  }

  consumer(
    host: string,
    options: ConsumerOptions = {},
    clientOptions: Partial<ClusterClientOptions> = {},
  ): Consumer {
    const place = { client: this.client(host, clientOptions), groupId: GROUP, topics: [TOPIC] };
    return new Consumer({ ...place, ...QUICK, ...options });
  }

  /** The broker is killed, and starts again after a while. */
  async restartBroker(): Promise<void> {
    const machine = this.world.machine("broker");
    machine.kill();
    await this.pass(300);
    await this.run(brokerProgram.start(machine.boot()));
  }

  async createTopic(name: string, partitions: number): Promise<void> {
    await this.run(createTopics(this.admin, [{ name, partitions }]));
  }

  /** Appends a batch of these values to the partition. */
  async produce(partition: number, ...values: string[]): Promise<void> {
    const records = buildBatch({
      baseOffset: 0,
      timestamp: this.admin.env.clock.now(), // Older ones would fall to the retention.
      records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
    });
    await this.append(partition, records);
  }

  async append(partition: number, records: Buffer): Promise<void> {
    const topicData = [{ name: TOPIC, partitionData: [{ index: partition, records }] }];
    const response = await this.run(
      this.admin.retrying(async () => {
        const { leaderId } = await this.admin.leaderOf(TOPIC, partition);
        const body = { transactionalId: null, acks: -1, timeoutMs: 10_000, topicData };
        return await this.admin.requestOnce({ to: "node", nodeId: leaderId }, Produce, body, {
          versionMax: 12,
        });
      }),
    );
    const errorCode = response.responses[0]?.partitionResponses[0]?.errorCode;
    if (errorCode !== 0) throw new Error(`Produce was refused with ${errorCode}`);
  }

  /** What the group has committed, by partition; -1 for nothing. */
  async committed(partitions = 1): Promise<number[]> {
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic: TOPIC, partition }));
    const offsets = await this.run(fetchCommitted(this.admin, GROUP, places));
    return places.map(
      ({ partition }) => offsets.find((entry) => entry.partition === partition)?.offset ?? -1,
    );
  }
}

export function partitionsOf(consumer: Consumer): number[] {
  return consumer.assignment().map(({ partition }) => partition);
}
