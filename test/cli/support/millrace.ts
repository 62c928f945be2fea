import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const READY = "Transitioning from RECOVERY to RUNNING";
const READY_MS_MAX = 20_000;
const COMMAND_MS_MAX = 30_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export function millrace(words: readonly string[], input = ""): Ended {
  const result = spawnSync(process.execPath, [main, ...words], {
    input,
    encoding: "utf8",
    timeout: COMMAND_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** The lines of standard output of a command that must succeed. */
export function linesOf(words: readonly string[], input = ""): string[] {
  const { exitCode, stdout, stderr } = millrace(words, input);
  if (exitCode !== 0) throw new Error(`millrace ${words.join(" ")} ended with ${exitCode}: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}

export interface StartedBroker extends AsyncDisposable {
  readonly address: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/** A broker on a free port; it is stopped, and a data directory of its own removed, when it goes out of scope. */
export async function startBroker(options: { dataDir?: string } = {}): Promise<StartedBroker> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "millrace-cli-"));
  // A group of one member need not wait for others to arrive.
  const quick = ["--set", "group.initial.rebalance.delay.ms=0"];
  const words = ["start", "--listen", "127.0.0.1:0", "--data-dir", dataDir, ...quick];
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  await untilReady(child, () => output);
  return {
    address: /listening on\s+([^\s,]+)/.exec(output)![1]!,
    dataDir,
    process: child,
    output: () => output,
    ended: async () => await exit,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadlineMs = performance.now() + READY_MS_MAX;
  while (!output().includes(READY)) {
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      child.kill("SIGKILL");
      throw new Error(`The broker did not become ready:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
