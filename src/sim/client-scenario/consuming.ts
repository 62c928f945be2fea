import type { SeededRandom } from "../../base/seeded-random.ts";
import { ClientError, KafkaError } from "../../client/client-error.ts";
import type { ConsumerRecord } from "../../client/consumer/consumer-record.ts";
import { valueName } from "../scenario/record-values.ts";
import type { ProgramLife } from "./client-host.ts";
import type { ClientRun } from "./client-run.ts";
import type { ClientFlag } from "./client-swarm.ts";
import { openConsumer, type ConsumerUnderTest } from "./client-under-test.ts";
import { pause, tappedEnv } from "./tapped-env.ts";

interface Membership {
  readonly run: ClientRun;
  readonly life: ProgramLife;
  readonly client: string;
  readonly random: SeededRandom;
  readonly consumer: ConsumerUnderTest;
  /** Pauses that will end by themselves. */
  readonly pauses: Promise<void>[];
}

/** What the body of a loop throws on purpose. */
class BodyError extends Error {}

/** Uses one consumer after the other, each a member of the group, until there is nothing left to process. */
export async function consume(run: ClientRun, life: ProgramLife, index: number): Promise<void> {
  for (let visit = 0; !run.isDrained; visit += 1) {
    const client = `${life.program}consumer${index}.${visit}`;
    const random = run.random.fork(client);
    const env = tappedEnv(run, { life, client, bufferedBytes: null });
    const { address } = run.scene;
    const consumer = openConsumer({ env, address, clientId: client }, run.consumerSettings);
    run.closers.set(client, async () => await consumer.close());
    const membership: Membership = { run, life, client, random, consumer, pauses: [] };
    try {
      await read(membership);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      run.scene.sometimes("the body of a consumer's loop threw");
    }
    await Promise.all(membership.pauses);
    await consumer.close();
    run.closers.delete(client);
    await pause(life, random.below(1000));
  }
}

async function read(membership: Membership): Promise<void> {
  const { run, client, random, consumer } = membership;
  const { groupId: group } = run.consumerSettings;
  const batches = random.chance(0.3) ? consumer.batches() : oneByOne(consumer);
  for await (const batch of batches) {
    for (const record of batch) await work(membership, record);
    if (mayNow(membership, "bodyFailures", 0.02)) throw new BodyError();
    if (mayNow(membership, "comesAndGoes", 0.03)) {
      run.scene.sometimes("a consumer left in the body of its loop");
      return;
    }
    const last = batch.at(-1)!;
    if (mayNow(membership, "pausesPartitions", 0.05)) pausePartition(membership, last);
    // Further back than what is at hand: a seek into it, and a commit, would skip records at the caller's own wish.
    if (mayNow(membership, "seeks", 0.02)) seekBack(membership, batch[0]!);
    if (mayNow(membership, "commits", 0.1)) await commitNow(membership);
    for (const { topic, partition, offset } of batch) {
      run.note({ kind: "processed", client, group, topic, partition, offset });
      run.processed({ topic, partition }, offset);
    }
  }
}

function mayNow({ run, random }: Membership, flag: ClientFlag, probability: number): boolean {
  return run.swarm.clients[flag] && !run.isCalm && random.chance(probability);
}

async function* oneByOne(consumer: ConsumerUnderTest): AsyncIterable<readonly ConsumerRecord[]> {
  for await (const record of consumer) yield [record];
}

/** What the body of the loop does with one record, which takes its time and may be the end of the program. */
async function work(membership: Membership, consumed: ConsumerRecord): Promise<void> {
  const { run, life, client, random } = membership;
  const { topic, partition, offset } = consumed;
  const { groupId: group } = run.consumerSettings;
  run.note({ kind: "delivered", client, group, topic, partition, record: seen(consumed) });
  run.sometimesAgain(`record ${topic}-${partition} ${offset}`, "a record was delivered again");
  if (random.chance(0.2)) await pause(life, random.below(run.isCalm ? 20 : 300));
  if (!mayNow(membership, "bodyCrashes", 0.02)) return;
  run.scene.sometimes("a program died in the body of its loop");
  await life.crash();
}

/** Commits what has been worked through; what is at hand is not. */
async function commitNow({ run, consumer }: Membership): Promise<void> {
  try {
    await consumer.commit();
    run.scene.sometimes("a caller committed");
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof KafkaError)) throw error;
    run.scene.sometimes("a caller's commit was refused");
  }
}

/** The caller wants some of what it has seen once more. */
function seekBack({ run, client, random, consumer }: Membership, record: ConsumerRecord): void {
  const { topic, partition } = record;
  const offset = random.between(0, record.offset);
  const isDone = ifAssigned(() => consumer.seek({ topic, partition, offset }));
  if (!isDone) return;
  run.scene.sometimes("a consumer was moved back");
  run.note({ kind: "sought", client, topic, partition, offset });
}

function pausePartition(membership: Membership, { topic, partition }: ConsumerRecord): void {
  const { run, life, client, random, consumer, pauses } = membership;
  const places = [{ topic, partition }];
  if (!ifAssigned(() => consumer.pause(places))) return;
  run.scene.sometimes("a partition was paused");
  run.note({ kind: "paused", client, topic, partition, isPaused: true });
  const resume = async () => {
    await pause(life, random.between(100, 3000));
    run.note({ kind: "paused", client, topic, partition, isPaused: false });
    ifAssigned(() => consumer.resume(places));
  };
  pauses.push(resume());
}

/** A rebalance may have taken the partition away, also in the body of the loop: then there is nothing to do. */
function ifAssigned(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof ClientError && error.kind === "invalid") return false;
    throw error;
  }
}

function seen({ offset, timestamp, key, value }: ConsumerRecord) {
  return { offset, timestampMs: timestamp, key: key?.toString() ?? null, value: valueName(value) };
}
