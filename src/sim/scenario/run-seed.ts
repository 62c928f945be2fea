import type { Env } from "../../ports/env.ts";
import { brokerInvariants } from "../invariants/index.ts";
import type { Machine } from "../machine.ts";
import { createTopics, recordDeleter, topicChurner } from "./administrator.ts";
import { BrokerHost, type BrokerProgram } from "./broker-host.ts";
import { committer, fetchCommitted } from "./committer.ts";
import { consumer } from "./consumer.ts";
import { groupMember } from "./group-member.ts";
import { idempotentProducer } from "./idempotent-producer.ts";
import { keyWriter } from "./key-writer.ts";
import { inspect, probe } from "./inspection.ts";
import { Nemesis } from "./nemesis.ts";
import { plainProducer } from "./plain-producer.ts";
import { recreator } from "./recreator.ts";
import { runWorld, type RunOptions, type SeedOutcome } from "./run-world.ts";
import { Scene } from "./scene.ts";
import { sessionConsumer } from "./session-consumer.ts";
import { slowReader, stranger } from "./strangers.ts";
import { drawSwarm, type Swarm } from "./swarm.ts";
import { planTopics } from "./topic-plan.ts";

const RAMPAGE_MS = 10_000;

export interface SeedOptions extends RunOptions {
  readonly program: BrokerProgram;
  /** Fixes some of what the seed would draw. */
  readonly swarm?: Partial<Swarm>;
  /** Breaks the broker's world on purpose, to show that the invariants notice. */
  readonly sabotage?: (env: Env, machine: Machine) => Env;
}

/** One run: a broker, its clients, faults, healing, and the inspection. A function of the seed. */
export function runSeed(options: SeedOptions): Promise<SeedOutcome> {
  return runWorld(options, (world) => {
    const random = world.random.fork("swarm");
    const swarm = { ...drawSwarm(random), ...options.swarm };
    const topics = planTopics(random, swarm);
    const address = { host: "broker", port: 9092 };
    const scene = new Scene({ world, address, swarm, topics, invariants: brokerInvariants() });
    const host = brokerHost(scene, options);
    return { swarm, sightings: scene.sightings, play: () => play(scene, host) };
  });
}

function brokerHost(scene: Scene, { program, sabotage }: SeedOptions): BrokerHost {
  const machine = scene.world.machine("broker");
  return new BrokerHost(scene, machine, {
    start: (env, settings) => program.start(sabotage === undefined ? env : sabotage(env, machine), settings),
  });
}

async function play(scene: Scene, host: BrokerHost): Promise<void> {
  host.start();
  await createTopics(scene);
  const nemesis = new Nemesis(scene, host);
  const rampage = nemesis.rampage(RAMPAGE_MS).then(() => nemesis.heal());
  await Promise.all([rampage, ...clients(scene)]);
  if (scene.swarm.strangers) await probe(scene);
  // Compaction and retention have some time to do their work.
  await scene.sleep(3000);
  await inspect(scene, "before the last restart");
  await restartOnce(scene, host);
  await inspect(scene, "after the last restart");
  if (scene.swarm.commits) await fetchCommitted(scene, 0);
  await rest(scene, host);
}

function clients(scene: Scene): Promise<void>[] {
  const { swarm } = scene;
  const clientsOf = (isOn: boolean, count: number, start: (index: number) => Promise<void>) =>
    isOn ? Array.from({ length: count }, (_, index) => start(index)) : [];
  return [
    ...clientsOf(swarm.plainProducers, 2, (index) => plainProducer(scene, index)),
    ...clientsOf(swarm.idempotentProducers, 2, (index) => idempotentProducer(scene, index)),
    ...clientsOf(swarm.compaction, 1, () => keyWriter(scene)),
    ...clientsOf(swarm.consumers, 2, (index) => consumer(scene, index)),
    ...clientsOf(swarm.fetchSessions, 1, (index) => sessionConsumer(scene, index)),
    ...clientsOf(swarm.commits, 1, (index) => committer(scene, index)),
    ...clientsOf(swarm.groups, 3, (index) => groupMember(scene, index)),
    ...clientsOf(swarm.deletesRecords, 1, () => recordDeleter(scene)),
    ...clientsOf(swarm.topicChurn, 1, () => topicChurner(scene)),
    ...clientsOf(swarm.topicRebirth, 1, () => recreator(scene)),
    ...clientsOf(swarm.strangers, 2, (index) => stranger(scene, index)),
    ...clientsOf(swarm.slowReaders, 1, () => slowReader(scene)),
  ];
}

/** What was there must be there again, whichever way the broker went down. */
export async function restartOnce(scene: Scene, host: BrokerHost): Promise<void> {
  switch (scene.random.below(3)) {
    case 0:
      if (scene.swarm.pageCacheMode) return;
      host.cutPower({ keep: 1, lose: 1, tear: 1 });
      break;
    case 1:
      host.kill();
      break;
    default:
      await host.restart();
  }
  while (!host.isUp) await scene.sleep(50);
}

/** All clients are gone; after their sessions have run out, nothing of them may be left. */
export async function rest(scene: Scene, { machine }: BrokerHost): Promise<void> {
  await scene.sleep(60_000);
  const { connections, timers } = machine;
  const queuedBytesMax = scene.world.network.queuedBytesMax.get(machine.host) ?? 0;
  const { openFiles } = machine.image;
  scene.note({ kind: "rested", connections, timers, openFiles, queuedBytesMax });
}
