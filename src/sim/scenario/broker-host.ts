import type { Env } from "../../ports/env.ts";
import type { PowerCutLaw } from "../disk-image.ts";
import type { Machine } from "../machine.ts";
import type { Scene } from "./scene.ts";

/** The program under test: started with an Env, ready when the promise settles. */
export interface BrokerProgram {
  /** `settings` are broker keys of this run. */
  start(env: Env, settings?: Readonly<Record<string, string>>): Promise<RunningBroker>;
}

export interface RunningBroker {
  /** Settles with the reason when the broker can't go on by itself; a real one would exit. */
  readonly failed: Promise<Error>;
  /** A clean shutdown. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 60_000;

/** The broker's machine and a supervisor who starts the broker again whenever it is down. */
export class BrokerHost {
  readonly machine: Machine;
  readonly #scene: Scene;
  readonly #program: BrokerProgram;
  #running: RunningBroker | null = null;
  #faultsBefore = { sync: 0, read: 0 };
  /** Counts the attempts to start, so that a late one does not speak for its successor. */
  #attempt = 0;

  constructor(scene: Scene, machine: Machine, program: BrokerProgram) {
    this.#scene = scene;
    this.machine = machine;
    this.#program = program;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  /**
   * A sync failed in this life. The page cache then holds what the device may never get, and no later sync tells;
   * only a restart of the machine shows what is really there.
   */
  get #isPageCacheSuspect(): boolean {
    return this.machine.image.dice.counts.sync > this.#faultsBefore.sync;
  }

  /** The disk has failed this life of the broker, which may have given up on its directory. */
  get isHurt(): boolean {
    return this.#isPageCacheSuspect || this.machine.image.dice.counts.read > this.#faultsBefore.read;
  }

  /** Starts in the background; a start that fails (the disk may be failing) is tried again. */
  start(): void {
    this.#running = null;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const settings = { "millrace.fsync.before.ack": String(!this.#scene.swarm.pageCacheMode) };
    this.#program.start(this.machine.boot(), settings).then(
      (running) => {
        if (attempt !== this.#attempt) return;
        this.#running = running;
        void running.failed.then((error) => this.#onFailure(attempt, error));
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#onFailure(attempt, error);
      },
    );
  }

  /** The broker gave up, at its start or later. On a failing disk it may; the supervisor starts it again. */
  #onFailure(attempt: number, error: unknown): void {
    if (attempt !== this.#attempt) return;
    const { world } = this.#scene;
    world.trace.listener?.(`the broker gave up: ${String(error)}`);
    if (!isExcused(error)) {
      world.scheduler.abort(error);
      return;
    }
    this.#scene.sometimes(`the broker gave up: ${(error as Error).name}`);
    // As the program does: it tries to stop in order, and its process ends whatever comes of that.
    const stopping = this.#running?.stop().catch((reason: unknown) => {
      if (!isExcused(reason)) world.scheduler.abort(reason);
    });
    void stopping;
    this.#running = null;
    world.scheduler.after(500, null, () => {
      if (attempt !== this.#attempt) return;
      this.#takeDown("killed");
    });
    world.scheduler.after(1000, null, () => {
      if (attempt === this.#attempt) this.start();
    });
  }

  kill(): void {
    this.#takeDown("killed");
    this.start();
  }

  cutPower(law: PowerCutLaw): void {
    this.#takeDown("power-cut", law);
    this.start();
  }

  #takeDown(how: "clean" | "killed" | "power-cut", law: PowerCutLaw = { keep: 1, lose: 1, tear: 1 }): void {
    const isReboot = how === "power-cut" || this.#isPageCacheSuspect;
    if (isReboot) this.machine.cutPower(law);
    else this.machine.kill();
    this.#faultsBefore = { ...this.machine.image.dice.counts };
    this.#scene.note({ kind: "restarted", how: isReboot ? "power-cut" : how });
  }

  /** Stops and starts in order. A shutdown that takes for ever ends with a kill. */
  async restart(): Promise<void> {
    const running = this.#running;
    const attempt = this.#attempt;
    if (running === null) return;
    this.#running = null;
    let isStopped = false;
    const stopped = running.stop().then(
      () => {
        isStopped = true;
      },
      (error: unknown) => {
        // With a failing disk there is no orderly end.
        if (!isExcused(error)) throw error;
      },
    );
    await Promise.race([stopped, this.#scene.sleep(STOP_LIMIT_MS)]);
    // A turn of its own: the broker's last promises settle before it is taken away.
    await this.#scene.sleep(1);
    if (attempt !== this.#attempt) return;
    this.#scene.sometimes(isStopped ? "a clean shutdown" : "a shutdown that took too long");
    this.#takeDown(isStopped ? "clean" : "killed");
    this.start();
  }
}

/** A broker may refuse to start on a failing disk; anything else is a finding. */
function isExcused(error: unknown): boolean {
  return error instanceof Error && ["DiskError", "StorageError"].includes(error.name);
}
