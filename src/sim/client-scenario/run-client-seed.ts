import { createTopics } from "../scenario/administrator.ts";
import { BrokerHost } from "../scenario/broker-host.ts";
import { brokerProgram } from "../scenario/broker-program.ts";
import { inspect } from "../scenario/inspection.ts";
import { Nemesis } from "../scenario/nemesis.ts";
import { rest, restartOnce } from "../scenario/run-seed.ts";
import { runWorld, type RunOptions, type SeedOutcome } from "../scenario/run-world.ts";
import { Scene } from "../scenario/scene.ts";
import { clientInvariants } from "../invariants/index.ts";
import { ClientHost, type ProgramLife } from "./client-host.ts";
import { ClientRun } from "./client-run.ts";
import { drawClientSwarm, drawConsumerSettings, planClientTopics, type ClientFlag } from "./client-swarm.ts";
import { consume } from "./consuming.ts";
import { noteFreedBatches } from "./freed-notes.ts";
import { LinkNemesis } from "./link-nemesis.ts";
import { produce } from "./producing.ts";

const RAMPAGE_MS = 10_000;
/** More than a broker waits with a sync that nobody waits for, with the sync itself on a slow disk. */
const SYNC_LINGER_MS = 2000;
/** How long a group may take, when all is well again, to have processed everything. */
const DRAIN_LIMIT_MS = 180_000;

export interface ClientSeedOptions extends RunOptions {
  /** Fixes some of what the seed would draw. */
  readonly clients?: Partial<Record<ClientFlag, boolean>>;
}

/** One run: a broker, programs that use our client, faults on all links, healing, and the inspection. */
export function runClientSeed(options: ClientSeedOptions): Promise<SeedOutcome> {
  return runWorld(options, (world) => {
    const random = world.random.fork("swarm");
    const drawn = drawClientSwarm(random);
    const swarm = { broker: drawn.broker, clients: { ...drawn.clients, ...options.clients } };
    const topics = planClientTopics(random);
    const address = { host: "broker", port: 9092 };
    const scene = new Scene({ world, address, swarm: swarm.broker, topics, invariants: clientInvariants() });
    const run = new ClientRun(scene, swarm, drawConsumerSettings(random, topics));
    const broker = new BrokerHost(scene, world.machine("broker"), brokerProgram);
    const on = { ...swarm.broker, ...swarm.clients };
    const freed = noteFreedBatches(run);
    return { swarm: on, sightings: scene.sightings, play: () => play(run, broker), end: () => freed.stop() };
  });
}

async function play(run: ClientRun, broker: BrokerHost): Promise<void> {
  const { scene } = run;
  broker.start();
  await createTopics(scene);
  const apps = Array.from({ length: run.random.between(1, 4) }, (_, index) => {
    const host = new ClientHost(run, `app${index}`);
    return { host, finished: host.keepRunning(program(run, host, index)) };
  });
  const hosts = apps.map(({ host }) => host);
  const nemesis = new Nemesis(scene, broker);
  await Promise.all([nemesis.rampage(RAMPAGE_MS), new LinkNemesis(run, hosts).rampage(RAMPAGE_MS)]);
  await nemesis.heal();
  run.isCalm = true;
  const ends = await drain(run, hosts);
  await Promise.all(apps.map(({ finished }) => finished));
  await restartOnce(scene, broker);
  await inspect(scene, "after the last restart");
  await run.askCommitted("after the last restart", ends);
  await rest(scene, broker);
}

/** What one of the programs does in each of its lives: some producers and some members of the group. */
function program(run: ClientRun, { machine }: ClientHost, index: number) {
  const random = run.random.fork(`program ${index}`);
  // A run in which nobody writes, or nobody reads, proves little.
  const producers = random.between(index === 0 ? 1 : 0, 2);
  const consumers = random.between(index === 0 ? 1 : 0, 2);
  return async (life: ProgramLife): Promise<void> => {
    run.producing.add(life.program);
    const each = <T>(count: number, start: (index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, role) => start(role)));
    const producing = each(producers, (role) => produce(run, life, role)).then((closed) => {
      run.producing.delete(life.program);
      return closed;
    });
    const consuming = each(consumers, (role) => consume(run, life, role));
    const [closed] = await Promise.all([producing, consuming]);
    // What was on its way when its time was over is let go when its connection has ended: at the end of the turn.
    await run.scene.world.scheduler.sleep(0);
    const bufferedBytes = closed.reduce((sum, producer) => sum + producer.bufferedBytes, 0);
    const { connections, timers } = machine;
    run.note({ kind: "client-rested", program: life.program, connections, timers, bufferedBytes });
  };
}

/** Waits until all is written and the group has processed and committed it, and lets its members go. */
async function drain(run: ClientRun, hosts: readonly ClientHost[]): Promise<ReadonlyMap<string, number>> {
  const { scene } = run;
  const isWriting = () => run.producing.size > 0 || hosts.some(({ isDead }) => isDead);
  while (isWriting()) await scene.sleep(100);
  // With acks=1 a record is acknowledged before it can be read: its sync lingers.
  await scene.sleep(SYNC_LINGER_MS);
  const ends = await run.scan("before the last restart");
  const startMs = scene.nowMs;
  const isInTime = () => scene.nowMs - startMs < DRAIN_LIMIT_MS;
  while (!run.isProcessed(ends) && isInTime()) await scene.sleep(100);
  for (let round = 1; !(await run.askCommitted(`round ${round}`, ends)) && isInTime(); round += 1) {
    await scene.sleep(500);
  }
  const afterMs = scene.nowMs - startMs;
  run.note({ kind: "group-drained", group: run.consumerSettings.groupId, afterMs });
  run.stopConsumers();
  return ends;
}
