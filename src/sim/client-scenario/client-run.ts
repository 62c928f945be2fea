import type { SeededRandom } from "../../base/seeded-random.ts";
import type { HistoryEvent } from "../invariants/history.ts";
import type { Scene } from "../scenario/scene.ts";
import { askCommitted } from "../scenario/committer.ts";
import { scanPartition } from "../scenario/inspection.ts";
import { Session } from "../scenario/session.ts";
import type { ClientSwarm, ConsumerSettings } from "./client-swarm.ts";

/** What the programs of one run share. */
export class ClientRun {
  readonly scene: Scene;
  readonly swarm: ClientSwarm;
  readonly consumerSettings: ConsumerSettings;
  readonly random: SeededRandom;
  /** Programs whose producers are not done yet. */
  readonly producing = new Set<string>();
  /** What ends each open consumer. Those of programs that died are not here. */
  readonly closers = new Map<string, () => Promise<void>>();
  /** Commits that were sent. */
  attempts = 0;
  /** Faults are over: programs do what they do in peace. */
  isCalm = false;
  /** Everything is processed: consumers may go. */
  isDrained = false;
  /** Batches that were written, by their first value, and records that were delivered. */
  readonly #seen = new Set<string>();
  readonly #processed = new Map<string, Set<number>>();

  constructor(scene: Scene, swarm: ClientSwarm, consumerSettings: ConsumerSettings) {
    this.scene = scene;
    this.swarm = swarm;
    this.consumerSettings = consumerSettings;
    this.random = scene.random.fork("clients");
  }

  /**
   * Adds to the history. It is called from the midst of the client's code, which must not get hold of a violation: that
   * ends the run at once.
   */
  note(event: HistoryEvent): void {
    try {
      this.scene.note(event);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the run with this finding. */
  fail(error: unknown): void {
    this.scene.world.scheduler.abort(error);
  }

  /** The name of a topic that a request may give by its id. */
  topicName(name: string, topicId: string): string {
    if (name !== "") return name;
    return this.scene.topics.find((plan) => plan.topicId === topicId)?.name ?? topicId;
  }

  /** Counts what happens more than once. */
  sometimesAgain(what: string, state: string): void {
    if (this.#seen.has(what)) this.scene.sometimes(state);
    this.#seen.add(what);
  }

  processed(place: { topic: string; partition: number }, offset: number): void {
    const name = `${place.topic}-${place.partition}`;
    this.#processed.set(name, (this.#processed.get(name) ?? new Set()).add(offset));
  }

  /** A program died, with all its clients. */
  forget(program: string): void {
    this.producing.delete(program);
    for (const name of this.closers.keys()) if (name.startsWith(program)) this.closers.delete(name);
  }

  /** Reads all partitions to their end and notes what is there. */
  async scan(round: string): Promise<Map<string, number>> {
    const session = new Session(this.scene, `scan ${round}`);
    const ends = new Map<string, number>();
    for (const plan of this.scene.topics) {
      for (let partition = 0; partition < plan.partitions; partition += 1) {
        const scan = await scanPartition(session, plan, partition);
        this.note(scan);
        ends.set(`${plan.name}-${partition}`, scan.highWatermark);
      }
    }
    session.close();
    return ends;
  }

  isProcessed(ends: ReadonlyMap<string, number>): boolean {
    return [...ends].every(([partition, end]) => (this.#processed.get(partition)?.size ?? 0) >= end);
  }

  /** Asks the broker where the group stands, as its next members would; whether that is at these offsets or behind. */
  async askCommitted(round: string, ends: ReadonlyMap<string, number>): Promise<boolean> {
    const session = new Session(this.scene, `committed ${round}`);
    const { groupId: group } = this.consumerSettings;
    let isThere = true;
    for (const plan of this.scene.topics) {
      for (let partition = 0; partition < plan.partitions; partition += 1) {
        const offset = await askCommitted(session, { group, plan, partition });
        if (Math.max(0, offset) < (ends.get(`${plan.name}-${partition}`) ?? 0)) isThere = false;
      }
    }
    session.close();
    return isThere;
  }

  /** Ends all consumers. */
  stopConsumers(): void {
    this.isDrained = true;
    for (const close of this.closers.values()) void close();
  }
}
