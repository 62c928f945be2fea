import { ClusterClient, type ClusterClientOptions } from "../../src/client/network/cluster-client.ts";
import type { ProducerOptions } from "../../src/client/producer/producer-options.ts";
import { Producer } from "../../src/client/producer/producer.ts";
import { World } from "../../src/sim/world.ts";
import { errorCode, type ErrorName } from "../../src/tables/errors.ts";
import { decodeRecords } from "../../src/wire/kafka/decode-records.ts";
import { Produce } from "../../src/wire/kafka/messages/00-produce.ts";
import { InitProducerId } from "../../src/wire/kafka/messages/22-init-producer-id.ts";
import {
  baseSequenceOf,
  producerEpochOf,
  producerIdOf,
  recordCountOf,
} from "../../src/wire/kafka/record-batch.ts";
import type { RequestOf, ResponseInput } from "../../src/wire/kafka/schema.ts";
import { ScriptedBroker } from "./scripted-broker.ts";

/** One batch as a broker saw it. */
export interface Arrived {
  readonly partition: number;
  readonly producerId: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly values: readonly string[];
}

/** "stored": it is carried out and answered; "lost": carried out, but the answer never comes; else refused. */
export type Verdict = "stored" | "lost" | ErrorName;

interface Known {
  readonly producerId: number;
  readonly epoch: number;
  /** First and last sequence of the last five batches, and the offset of the first. */
  readonly window: { readonly first: number; readonly last: number; readonly offset: number }[];
}

/** A leader that keeps what a producer sends as Kafka's does: by sequence, with a memory of five batches. */
export class StrictLeader {
  readonly arrived: Arrived[] = [];
  private readonly logs = new Map<number, string[]>();
  private readonly known = new Map<number, Known>(); // By partition: there is one producer.
  private readonly verdict: (batch: Arrived, index: number) => Verdict;

  /** @param verdict What happens to the batch; `index` counts the batches. */
  constructor(verdict: (batch: Arrived, index: number) => Verdict = () => "stored") {
    this.verdict = verdict;
  }

  stored(partition = 0): readonly string[] {
    return this.logs.get(partition) ?? [];
  }

  /** As after retention took everything: the leader takes whatever sequence comes next. */
  forgetProducers(): void {
    this.known.clear();
  }

  answer(request: RequestOf<typeof Produce>): ResponseInput<typeof Produce> | "close" {
    let isLost = false;
    const responses = request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => {
        const batch = arrivedFrom(index, records!);
        const verdict = this.verdict(batch, this.arrived.push(batch) - 1);
        isLost ||= verdict === "lost";
        if (verdict !== "stored" && verdict !== "lost") {
          return { index, errorCode: errorCode(verdict), baseOffset: -1 };
        }
        return { index, ...this.append(batch, recordCountOf(records!, 0)) };
      }),
    }));
    return isLost ? "close" : { responses };
  }

  private append(batch: Arrived, count: number): { errorCode: number; baseOffset: number } {
    const log = this.logs.get(batch.partition) ?? [];
    this.logs.set(batch.partition, log);
    const baseOffset = log.length;
    if (batch.producerId >= 0) {
      const last = (batch.sequence + count - 1) % 2 ** 31;
      const entry = this.known.get(batch.partition);
      const same = entry?.producerId === batch.producerId ? entry : undefined;
      if (same !== undefined && batch.epoch < same.epoch) return refused("INVALID_PRODUCER_EPOCH");
      const current = same?.epoch === batch.epoch ? same : undefined;
      const double = current?.window.find((each) => each.first === batch.sequence && each.last === last);
      if (double !== undefined) return { errorCode: 0, baseOffset: double.offset };
      const expected = current === undefined ? 0 : (current.window.at(-1)!.last + 1) % 2 ** 31;
      // A producer that is not known may begin anywhere; one that is known begins an epoch at 0.
      if (same !== undefined && batch.sequence !== expected) return refused("OUT_OF_ORDER_SEQUENCE_NUMBER");
      const window = [...(current?.window ?? []), { first: batch.sequence, last, offset: baseOffset }].slice(
        -5,
      );
      this.known.set(batch.partition, { producerId: batch.producerId, epoch: batch.epoch, window });
    }
    log.push(...batch.values);
    return { errorCode: 0, baseOffset };
  }
}

function refused(name: ErrorName): { errorCode: number; baseOffset: number } {
  return { errorCode: errorCode(name), baseOffset: -1 };
}

function arrivedFrom(partition: number, batch: Buffer): Arrived {
  return {
    partition,
    producerId: producerIdOf(batch, 0),
    epoch: producerEpochOf(batch, 0),
    sequence: baseSequenceOf(batch, 0),
    values: decodeRecords(batch).map(({ value }) => value!.toString()),
  };
}

export interface ProducerScene {
  readonly world: World;
  readonly broker: ScriptedBroker;
  readonly client: ClusterClient;
  readonly producer: Producer;
}

/** A producer, and a broker with topic "t" that gives out producer ids from 7 on, on virtual time. */
export async function producerScene(
  leader: StrictLeader,
  options: ProducerOptions = {},
  ...[partitions = 1, clientOptions = {}]: [number?, Partial<ClusterClientOptions>?]
): Promise<ProducerScene> {
  const world = new World(1);
  const broker = new ScriptedBroker();
  broker.topics.set("t", partitions);
  let producerId = 6;
  broker.on(InitProducerId, () => {
    producerId += 1;
    return { throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch: 0 };
  });
  broker.on(Produce, (request) => {
    const answer = leader.answer(request);
    return request.acks === 0 ? null : answer;
  });
  await world.complete(broker.start(world.machine("broker").boot()));
  const client = new ClusterClient(world.machine("client").boot(), {
    bootstrapServers: [{ host: "broker", port: 9092 }],
    requestTimeoutMs: 1_000,
    ...clientOptions,
  });
  return { world, broker, client, producer: new Producer({ ...options, client }) };
}
