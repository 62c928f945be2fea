import { CreateTopics, DeleteTopics, ListOffsets } from "../src/wire/kafka/messages/index.ts";
import type { BrokerProcess } from "../test/support/broker-process.ts";
import { until } from "../test/support/processes.ts";
import { RawConnection } from "../test/support/raw-connection.ts";
import type { Figures } from "./figures.ts";

/** A broker in one of the two durability modes of its kind; for the bare ones see bench/bare. */
export const brokerNames = [
  "kafka",
  "kafka-flush",
  "millrace",
  "millrace-page-cache",
  "bare",
  "bare-page-cache",
] as const;
export type BrokerName = (typeof brokerNames)[number];

export interface Step {
  readonly name: string;
  readonly brokers: readonly BrokerName[];
  run(bench: Bench): Promise<Figures>;
}

let topicCount = 0;

/** What a step works with. */
export class Bench {
  /** Changes when a step restarts the broker. */
  broker: BrokerProcess;
  readonly seconds: number;

  constructor(broker: BrokerProcess, seconds: number) {
    this.broker = broker;
    this.seconds = seconds;
  }

  get pid(): number {
    return this.broker.process.pid;
  }

  async connect<T>(use: (connection: RawConnection) => Promise<T>): Promise<T> {
    const connection = await RawConnection.open(this.broker);
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }

  /** Runs `use` on a fresh topic that is deleted afterwards. */
  async withTopic<T>(partitions: number, use: (topic: string) => Promise<T>): Promise<T> {
    topicCount += 1;
    const topic = `bench-${topicCount}`;
    await this.create(topic, partitions);
    try {
      return await use(topic);
    } finally {
      await this.connect((connection) =>
        connection.ask(DeleteTopics, 5, { topics: [], topicNames: [topic], timeoutMs: 30_000 }),
      );
    }
  }

  /** How many records the topic's first partition has been given. */
  async recordCount(name: string): Promise<number> {
    const partitions = [{ partitionIndex: 0, timestamp: -1 }];
    const asked = { replicaId: -1, topics: [{ name, partitions }] };
    const answer = await this.connect((connection) => connection.ask(ListOffsets, 5, asked));
    return answer.topics[0]?.partitions[0]?.offset ?? 0;
  }

  private async create(name: string, numPartitions: number): Promise<void> {
    const topic = { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] };
    const partitions = Array.from({ length: numPartitions }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: -1,
    }));
    await this.connect(async (connection) => {
      await connection.ask(CreateTopics, 5, { topics: [topic] });
      await until(`${name} is served`, async () => {
        const answer = await connection.ask(ListOffsets, 5, {
          replicaId: -1,
          topics: [{ name, partitions }],
        });
        return answer.topics[0]?.partitions.every((each) => each.errorCode === 0) === true;
      });
    });
  }
}
