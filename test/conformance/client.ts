import { CreateTopics, ListOffsets } from "../../src/wire/kafka/messages/index.ts";
import type { BrokerProcess } from "../support/broker-process.ts";
import { until } from "../support/processes.ts";
import { RawConnection } from "../support/raw-connection.ts";
import type { Feature } from "./features.ts";

/** A case: throws where the client did not do its part. */
export type Case = (world: World) => Promise<void>;

/** A foreign client and what it is asked to do. */
export interface Client {
  readonly name: string;
  /** Cases by feature, or by tool. */
  readonly cases: Readonly<Record<string, Case>>;
  /** Why a feature is not asked of this client. */
  readonly lacks?: Partial<Record<Feature, string>>;
  /** Why it can't run here, or null; also the place to build it. */
  prepare(): Promise<string | null>;
  close?(): Promise<void>;
}

/** What a case may use: the broker, and fresh names. */
export class World {
  readonly broker: BrokerProcess;
  private static count = 0;

  constructor(broker: BrokerProcess) {
    this.broker = broker;
  }

  get address(): string {
    return this.broker.address;
  }

  fresh(what: string): string {
    World.count += 1;
    return `c-${what}-${World.count}`;
  }

  /** A new topic whose leaders serve. */
  async topic(partitions = 1): Promise<string> {
    const name = this.fresh("topic");
    const connection = await RawConnection.open(this.broker);
    try {
      const topic = { name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] };
      const answer = await connection.ask(CreateTopics, 7, { topics: [topic] });
      if (answer.topics[0]?.errorCode !== 0) throw new Error(`Topic ${name}: ${answer.topics[0]?.errorCode}`);
      const wanted = Array.from({ length: partitions }, (_, index) => ({
        partitionIndex: index,
        timestamp: -1,
      }));
      await until(`${name} is served`, async () => {
        const offsets = await connection.ask(ListOffsets, 5, {
          replicaId: -1,
          topics: [{ name, partitions: wanted }],
        });
        return offsets.topics[0]?.partitions.every((each) => each.errorCode === 0) === true;
      });
    } finally {
      connection.close();
    }
    return name;
  }

  /** How many records the topic's partitions have been given, by their end offsets. */
  async recordCount(topic: string, partitions = 1): Promise<number> {
    const connection = await RawConnection.open(this.broker);
    try {
      const wanted = Array.from({ length: partitions }, (_, index) => ({
        partitionIndex: index,
        timestamp: -1,
      }));
      const answer = await connection.ask(ListOffsets, 5, {
        replicaId: -1,
        topics: [{ name: topic, partitions: wanted }],
      });
      return answer.topics[0]?.partitions.reduce((sum, each) => sum + each.offset, 0) ?? 0;
    } finally {
      connection.close();
    }
  }
}
