import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const OUTPUT_CHARACTERS_MAX = 400_000;

/** A child process with its output at hand; it never outlives this process. */
export class RunningProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(child: ChildProcess) {
    this.child = child;
    running.add(this);
    child.stdout?.on("data", (chunk: Buffer) => (this.stdout = keepEnd(this.stdout + chunk.toString())));
    child.stderr?.on("data", (chunk: Buffer) => (this.stderr = keepEnd(this.stderr + chunk.toString())));
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.stderr += String(error);
        running.delete(this);
        resolve(null);
      });
      child.once("close", (code) => {
        running.delete(this);
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Sends `signal`, and SIGKILL when the process has not ended `graceMs` later. */
  async stop(signal: NodeJS.Signals = "SIGTERM", graceMs = 15_000): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill(signal);
    const ended = await within(this.ended, graceMs);
    if (ended === "late") {
      this.child.kill("SIGKILL");
      await this.ended;
    }
  }
}

const running = new Set<RunningProcess>();
process.once("exit", () => {
  for (const each of running) each.child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

function keepEnd(text: string): string {
  return text.length > OUTPUT_CHARACTERS_MAX ? text.slice(-OUTPUT_CHARACTERS_MAX / 2) : text;
}

export function startProcess(
  command: string,
  parameters: readonly string[],
  options: SpawnOptions = {},
): RunningProcess {
  return new RunningProcess(
    spawn(command, [...parameters], { stdio: ["ignore", "pipe", "pipe"], ...options }),
  );
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end.
 * @throws Error when it has not ended in time (it is killed then).
 */
export async function runProcess(
  command: string,
  parameters: readonly string[],
  { timeoutMs = 60_000, input, cwd, env }: RunOptions = {},
): Promise<Finished> {
  const started = startProcess(command, parameters, {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  // A tool may end without reading its input; that is its business, and its exit code tells.
  started.child.stdin?.on("error", () => undefined);
  started.child.stdin?.end(input);
  const code = await within(started.ended, timeoutMs);
  if (code === "late") {
    await started.stop("SIGKILL");
    throw new Error(`${command} has not ended after ${timeoutMs} ms: ${started.output.slice(-300)}`);
  }
  return { code, stdout: started.stdout, stderr: started.stderr };
}

/** What `promise` resolves to, or "late". */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | "late"> {
  const abort = new AbortController();
  const late = delay(timeoutMs, "late" as const, { signal: abort.signal }).catch(() => "late" as const);
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}

/**
 * Waits until `condition` holds, asking every `everyMs`.
 * @throws Error naming `what` when it does not hold in time.
 */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  { timeoutMs = 30_000, everyMs = 20 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await delay(everyMs);
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given");
  return address.port;
}

/** Where `command` is found on PATH, or null. */
export async function commandPath(command: string): Promise<string | null> {
  const found = await runProcess("sh", ["-c", `command -v ${command}`]);
  return found.code === 0 ? found.stdout.trim() : null;
}
