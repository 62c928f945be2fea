import type { SeededRandom } from "../../base/seeded-random.ts";
import { ClientError } from "../../client/client-error.ts";
import type { ConsumerRecord } from "../../client/consumer-record.ts";
import { valueName } from "../scenario/record-values.ts";
import type { ProgramLife } from "./client-host.ts";
import type { ClientRun } from "./client-run.ts";
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
  const { run, life, client, random, consumer } = membership;
  const { scene, swarm, consumerSettings } = run;
  const { groupId: group } = consumerSettings;
  const mayNow = (isOn: boolean, probability: number) => isOn && !run.isCalm && random.chance(probability);
  for await (const consumed of consumer) {
    const { topic, partition, offset } = consumed;
    run.note({ kind: "delivered", client, group, topic, partition, record: seen(consumed) });
    run.sometimesAgain(`record ${topic}-${partition} ${offset}`, "a record was delivered again");
    if (random.chance(0.2)) await pause(life, random.below(run.isCalm ? 20 : 300));
    if (mayNow(swarm.clients.bodyCrashes, 0.02)) {
      scene.sometimes("a program died in the body of its loop");
      await life.crash();
    }
    if (mayNow(swarm.clients.bodyFailures, 0.02)) throw new BodyError();
    if (mayNow(swarm.clients.comesAndGoes, 0.03)) {
      scene.sometimes("a consumer left in the body of its loop");
      return;
    }
    if (mayNow(swarm.clients.pausesPartitions, 0.05)) pausePartition(membership, consumed);
    if (mayNow(swarm.clients.seeks, 0.02)) seekBack(membership, consumed);
    run.note({ kind: "processed", client, group, topic, partition, offset });
    run.processed({ topic, partition }, offset);
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
