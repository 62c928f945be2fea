import { ClientError, KafkaError } from "../../client/client-error.ts";
import { partitionOfKey } from "../../client/producer/partitioner.ts";
import { NetworkError } from "../../ports/network.ts";
import type { SeededRandom } from "../../base/seeded-random.ts";
import { valueBytes } from "../scenario/record-values.ts";
import type { ProgramLife } from "./client-host.ts";
import type { ClientRun } from "./client-run.ts";
import { drawProducerSettings, type ProducerSettings } from "./client-swarm.ts";
import { openProducer, type ProducerUnderTest } from "./client-under-test.ts";
import { pause, tappedEnv } from "./tapped-env.ts";

/** Pauses of the machine come on top of what a producer promises. */
const SLACK_MS = 8000;

interface Production {
  readonly run: ClientRun;
  readonly life: ProgramLife;
  readonly client: string;
  readonly random: SeededRandom;
  readonly settings: ProducerSettings;
  readonly producer: ProducerUnderTest;
}

/** Uses one producer as its callers do: sends in bursts, flushes at times, closes in the end. */
export async function produce(
  run: ClientRun,
  life: ProgramLife,
  index: number,
): Promise<{ bufferedBytes: number }> {
  const { scene } = run;
  const client = `${life.program}producer${index}`;
  const random = run.random.fork(client);
  const settings = drawProducerSettings(random);
  const env = tappedEnv(run, { life, client, bufferedBytes: () => producer.bufferedBytes });
  const producer = openProducer({ env, address: scene.address, clientId: client }, settings);
  const production = { run, life, client, random, settings, producer };
  const sends: Promise<void>[] = [];
  const count = run.isCalm ? 5 : random.between(10, 60);
  for (let index = 0; index < count; index += 1) {
    sends.push(send(production, `${client}.${index}`));
    if (random.chance(0.3)) await pause(life, random.below(700));
    if (random.chance(0.03)) await producer.flush();
    if (random.chance(0.02)) await Promise.all(sends);
  }
  await producer.close();
  await Promise.all(sends);
  return producer;
}

async function send({ run, client, random, settings, producer }: Production, value: string): Promise<void> {
  const { scene } = run;
  const plan = random.pick(scene.topics);
  const { name: topic } = plan;
  const target = drawTarget(random, plan.partitions);
  const bytes = valueBytes(value, random);
  const { acks, isIdempotent } = settings;
  const values = [value];
  for (let partition = 0; partition < plan.partitions; partition += 1) {
    if (target.expected !== null && target.expected !== partition) continue;
    run.note({ kind: "sent", topic, partition, producer: client, isIdempotent, values });
  }
  run.note({
    kind: "send-called",
    client,
    topic,
    partition: target.expected,
    value,
    acks,
    isIdempotent,
    keepsOrder: isIdempotent || settings.maxInFlight === 1,
    atMs: scene.nowMs,
    settlesByMs: scene.nowMs + settings.maxBlockMs + settings.deliveryTimeoutMs + SLACK_MS,
  });
  const settled = { kind: "send-settled", client, value } as const;
  try {
    const { key, partition: wanted } = target;
    const record = { topic, key, value: bytes };
    const sent = await producer.send(wanted === null ? record : { ...record, partition: wanted });
    const { partition, offset } = sent;
    run.note({ ...settled, atMs: scene.nowMs, acknowledged: { topic, partition, offset } });
    if (offset >= 0) run.note({ kind: "produced", topic, partition, acks, baseOffset: offset, values });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    scene.sometimes(`a send failed: ${reason}`);
    run.note({ ...settled, atMs: scene.nowMs, acknowledged: null });
  }
}

/** Partitions are named, or follow from the key, or are the producer's choice. */
function drawTarget(random: SeededRandom, partitions: number) {
  const key = random.chance(0.5) ? Buffer.from(`k${random.below(6)}`) : null;
  const partition = random.chance(0.3) ? random.below(partitions) : null;
  const expected = partition ?? (key === null ? null : partitionOfKey(key, partitions));
  return { key, partition, expected };
}

/** A failure that a caller must expect; null for anything else, which is a finding. */
function reasonOf(error: unknown): string | null {
  if (error instanceof KafkaError) return error.code;
  if (error instanceof ClientError) return error.kind === "invalid" ? null : error.kind;
  return error instanceof NetworkError ? error.code : null;
}
