import type { Env } from "../../../src/ports/env.ts";

/** One implementation of the ports, as the suites see it. Every implementation runs the same suites. */
export interface Subject {
  readonly name: string;
  /** Runs one test in a fresh environment; `directory` exists and is empty. */
  run(body: (env: Env, directory: string) => Promise<void>): Promise<void>;
}
