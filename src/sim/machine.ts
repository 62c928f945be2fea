import type { SeededRandom } from "../base/seeded-random.ts";
import type { Env } from "../ports/env.ts";
import type { LogSink } from "../ports/log-sink.ts";
import { DiskImage, type PowerCutLaw } from "./disk-image.ts";
import { Incarnation } from "./incarnation.ts";
import { simClock, WallClock } from "./sim-clock.ts";
import { simDisk } from "./sim-disk.ts";
import type { World } from "./world.ts";

/** Some day in 2025; a fixed start keeps a run a function of its seed. */
const WALL_START_MS = 1_750_000_000_000;

/** A simulated computer: a disk and a clock that outlive the programs which run on it one after another. */
export class Machine {
  readonly host: string;
  readonly image: DiskImage;
  readonly wall = new WallClock(WALL_START_MS);
  readonly #world: World;
  readonly #random: SeededRandom;
  #life: Incarnation | null = null;
  #lives = 0;

  constructor(host: string, world: World) {
    this.host = host;
    this.#world = world;
    this.#random = world.random.fork(`machine ${host}`);
    this.image = new DiskImage(this.#random.fork("disk"));
  }

  /** Timers that the running program has set. */
  get timers(): number {
    return this.#life?.timers.size ?? 0;
  }

  /** Connections that the running program holds. */
  get connections(): number {
    const life = this.#life;
    return [...this.#world.network.connections].filter((connection) => connection.life === life).length;
  }

  get isRunning(): boolean {
    return this.#life?.isAlive === true;
  }

  /** Starts a new life and returns its Env. Call the program's main with it. */
  boot(): Env {
    this.kill();
    this.#lives += 1;
    const life = new Incarnation(`${this.host}.${this.#lives}`, this.#world.scheduler, this.#world.trace);
    this.#life = life;
    const random = this.#random.fork(`life ${this.#lives}`);
    return {
      clock: simClock(life, this.wall),
      network: this.#world.network.view(this.host, life),
      disk: simDisk({ image: this.image, life, wall: this.wall }),
      random: {
        below: (bound) => random.below(bound),
        bytes: (count) => random.bytes(count),
      },
      log: this.#logSink(life),
    };
  }

  /** The program dies at once (`kill -9`); the page cache stays. */
  kill(): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    this.#world.trace.note("machine.kill", this.host);
    this.#world.network.kill(life);
    this.image.releaseHandles();
    life.isAlive = false;
  }

  /** The machine loses its power: the program dies and each un-synced change of the disk is kept, lost or torn. */
  cutPower(law: PowerCutLaw): void {
    this.kill();
    this.#world.trace.note("machine.cutPower", this.host);
    this.image.cutPower(law);
  }

  /** The program stands still; its timers then fire in a burst. */
  pause(durationMs: number): void {
    if (this.#life !== null) this.#life.pausedUntilMs = this.#world.scheduler.nowMs + durationMs;
  }

  #logSink(life: Incarnation): LogSink {
    const at = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      const { trace, scheduler } = this.#world;
      const { listener } = trace;
      if (listener === null) return;
      const details = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
      listener(`${scheduler.nowMs.toFixed(3).padStart(12)} ${level} ${life.name} ${message}${details}`);
    };
    return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  }
}
