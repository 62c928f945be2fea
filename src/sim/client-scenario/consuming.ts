import { valueName } from "../scenario/record-values.ts";
import type { SeededRandom } from "../../base/seeded-random.ts";
import type { ConsumerRecord } from "../../client/consumer-record.ts";
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
}

/** Uses one consumer after the other, each a member of the group, until there is nothing left to process. */
export async function consume(run: ClientRun, life: ProgramLife, index: number): Promise<void> {
  for (let visit = 0; !run.isDrained; visit += 1) {
    const client = `${life.program}consumer${index}.${visit}`;
    const random = run.random.fork(client);
    const env = tappedEnv(run, { life, client, bufferedBytes: null });
    const consumer = openConsumer(env, run.scene.address, run.consumerSettings);
    run.closers.set(client, async () => await consumer.close());
    await read({ run, life, client, random, consumer });
    await consumer.close();
    run.closers.delete(client);
    await pause(life, random.below(1000));
  }
}

async function read({ run, life, client, random, consumer }: Membership): Promise<void> {
  const { scene, swarm, consumerSettings } = run;
  const { groupId: group } = consumerSettings;
  for await (const consumed of consumer) {
    const { topic, partition, offset } = consumed;
    const record = seen(consumed);
    scene.note({ kind: "delivered", client, group, topic, partition, record });
    if (random.chance(0.2)) await pause(life, random.below(run.isCalm ? 20 : 300));
    if (!run.isCalm && swarm.clients.bodyCrashes && random.chance(0.02)) {
      scene.sometimes("a program died in the body of its loop");
      await life.crash();
    }
    if (!run.isCalm && swarm.clients.comesAndGoes && random.chance(0.03)) {
      scene.sometimes("a consumer left in the body of its loop");
      return;
    }
    scene.note({ kind: "processed", client, group, topic, partition, offset });
    run.processed({ topic, partition }, offset);
  }
}

function seen({ offset, timestamp, key, value }: ConsumerRecord) {
  return { offset, timestampMs: timestamp, key: key?.toString() ?? null, value: valueName(value) };
}
