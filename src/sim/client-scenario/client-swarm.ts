import type { AssignorName } from "../../client/consumer/assignors.ts";
import type { CodecName } from "../../base/compression.ts";
import type { SeededRandom } from "../../base/seeded-random.ts";
import { drawPageCacheMode, faultFlags, swarmFlags, type Swarm, type SwarmFlag } from "../scenario/swarm.ts";
import { KEPT, plan, type TopicPlan } from "../scenario/topic-plan.ts";

/** What may go wrong with the clients' own links and programs, and what their callers do. */
const clientFlags = [
  "answersLost",
  "requestsLost",
  "refusals",
  "clientKills",
  "clientPauses",
  "bodyCrashes",
  "bodyFailures",
  "comesAndGoes",
  "pausesPartitions",
  "seeks",
  "commits",
] as const;

export type ClientFlag = (typeof clientFlags)[number];

/** Half of all faults in each run, of the broker, the links and the clients. */
export interface ClientSwarm {
  readonly broker: Swarm;
  readonly clients: Readonly<Record<ClientFlag, boolean>>;
}

export function drawClientSwarm(random: SeededRandom): ClientSwarm {
  const isFault = (flag: string) => (faultFlags as readonly string[]).includes(flag);
  const broker = Object.fromEntries(
    swarmFlags.map((flag) => [flag, isFault(flag) && random.chance(0.4)]),
  ) as Record<SwarmFlag, boolean>;
  drawPageCacheMode(broker, random);
  const clients = Object.fromEntries(clientFlags.map((flag) => [flag, random.chance(0.5)])) as Record<
    ClientFlag,
    boolean
  >;
  return { broker, clients };
}

export function planClientTopics(random: SeededRandom): TopicPlan[] {
  const configs = { "segment.ms": String(random.pick([500, 3_600_000])) };
  return Array.from({ length: random.between(1, 2) }, (_, index) =>
    plan(`topic${index}`, { partitions: random.between(1, 4), configs, policy: KEPT }),
  );
}

/** How one producer is set up. Sizes in bytes, times in milliseconds. */
export interface ProducerSettings {
  readonly acks: 0 | 1 | -1;
  readonly isIdempotent: boolean;
  readonly batchSizeBytes: number;
  readonly lingerMs: number;
  readonly bufferMemoryBytes: number;
  readonly compression: CodecName;
  readonly maxInFlight: number;
  readonly maxBlockMs: number;
  readonly deliveryTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

export function drawProducerSettings(random: SeededRandom): ProducerSettings {
  const isIdempotent = random.chance(0.6);
  return {
    isIdempotent,
    acks: random.pick(isIdempotent ? ([-1, -1, -1, 1] as const) : ([-1, -1, 1, 0] as const)),
    batchSizeBytes: random.pick([1, 150, 600, 4000, 65_536]),
    lingerMs: random.pick([0, 5, 200]),
    bufferMemoryBytes: random.pick([4000, 8000, 1_000_000]),
    maxInFlight: random.pick([1, 2, 5]),
    maxBlockMs: random.pick([2000, 60_000]),
    compression: random.pick(["none", "none", "gzip", "snappy", "lz4", "zstd"] as const),
    deliveryTimeoutMs: random.pick([4000, 15_000, 120_000]),
    requestTimeoutMs: random.pick([700, 3000, 30_000]),
  };
}

/** How the members of the group are set up. Times in milliseconds. */
export interface ConsumerSettings {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly maxPollIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  readonly autoCommitIntervalMs: number;
  readonly fetchMaxWaitMs: number;
  readonly maxPartitionFetchBytes: number;
  readonly maxPollRecords: number;
  readonly partitionAssignors: readonly AssignorName[];
  readonly requestTimeoutMs: number;
}

export function drawConsumerSettings(random: SeededRandom, topics: readonly TopicPlan[]): ConsumerSettings {
  return {
    groupId: "readers",
    topics: topics.map(({ name }) => name),
    sessionTimeoutMs: random.pick([6000, 10_000]),
    maxPollIntervalMs: random.pick([3000, 10_000]),
    heartbeatIntervalMs: random.pick([500, 2000]),
    autoCommitIntervalMs: random.pick([100, 1000, 5000]),
    fetchMaxWaitMs: random.pick([50, 500]),
    maxPartitionFetchBytes: random.pick([300, 5000, 1_000_000]),
    maxPollRecords: random.pick([1, 5, 500]),
    partitionAssignors: random.pick([
      ["cooperative-sticky"],
      ["cooperative-sticky"],
      ["range"],
      ["sticky", "range"],
    ]),
    requestTimeoutMs: random.pick([1500, 5000, 30_000]),
  };
}
