import type { Env } from "../../ports/env.ts";
import type { Machine } from "../machine.ts";
import type { ClientRun } from "./client-run.ts";

/** One life of a program: its world, and what its clients' names begin with. */
export interface ProgramLife {
  readonly env: Env;
  readonly program: string;
  /** The program dies of what its own code threw; nothing after this call runs. */
  crash(): Promise<never>;
}

/** A machine with a program of our client's users on it, and a supervisor who starts it again when it was killed. */
export class ClientHost {
  readonly machine: Machine;
  readonly #run: ClientRun;
  #lives = 0;
  #isDead = false;
  #life: { readonly program: string; died(): void } | null = null;

  constructor(run: ClientRun, host: string) {
    this.#run = run;
    this.machine = run.scene.world.machine(host);
  }

  /** Killed, and not yet started again. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** Runs the program, again after each death, until it ends by itself. It may await nothing that outlives it. */
  async keepRunning(start: (life: ProgramLife) => Promise<void>): Promise<void> {
    const { scene } = this.#run;
    const random = this.#run.random.fork(this.machine.host);
    for (;;) {
      this.#lives += 1;
      const program = `${this.machine.host}.${this.#lives}/`;
      const death = Promise.withResolvers<false>();
      this.#life = { program, died: () => death.resolve(false) };
      this.#isDead = false;
      const ended = start({ env: this.machine.boot(), program, crash: () => this.#crash() }).then(() => true);
      // What it throws is a finding, and ends the run.
      ended.catch((error: unknown) => this.#run.fail(error));
      if (await Promise.race([ended, death.promise])) break;
      await scene.sleep(random.between(10, 2000));
    }
    this.#life = null;
  }

  #crash(): Promise<never> {
    this.kill();
    return new Promise(() => {});
  }

  /** The program dies at once, with what it had buffered. */
  kill(): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    this.#isDead = true;
    this.machine.kill();
    this.#run.forget(life.program);
    this.#run.note({ kind: "client-died", program: life.program });
    life.died();
  }
}
