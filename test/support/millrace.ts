import { existsSync } from "node:fs";
import { join } from "node:path";
import { startBroker, type BrokerOptions, type BrokerProcess } from "./broker-process.ts";
import { projectRoot, scratchFolder } from "./project-files.ts";
import { freePort, startProcess } from "./processes.ts";

const READY_TIMEOUT_MS = 30_000;

/** What `npm start` runs, if it has been compiled; it starts sooner than the sources and takes less memory. */
function program(options: BrokerOptions): string {
  const compiled = join(projectRoot, "dist/cli/main.js");
  return options.isCompiled === true && existsSync(compiled)
    ? compiled
    : join(projectRoot, "src/cli/main.ts");
}

/**
 * Millrace from the sources (or compiled), with node id 1 as the reference broker has.
 * @throws Error with its output when it does not start.
 */
export async function startMillrace(options: BrokerOptions = {}): Promise<BrokerProcess> {
  const dataDirectory = options.dataDirectory ?? scratchFolder("broker");
  const port = options.port ?? (await freePort());
  const settings: Record<string, string> = {
    "node.id": "1",
    ...(options.flush === false ? { "millrace.fsync.before.ack": "false" } : {}),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const where = ["--listen", `127.0.0.1:${port}`, "--data-dir", dataDirectory];
  // Every KAFKA_ variable is a setting to Millrace; the one that tells these tests where Kafka lies is none.
  const { KAFKA_LIBS: _, ...env } = process.env;
  const command = [program(options), "start", ...where, ...flags];
  return startBroker({
    start: () => startProcess(process.execPath, command, { cwd: projectRoot, env }),
    port,
    dataDirectory,
    readyTimeoutMs: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
    restart: () => startMillrace({ ...options, port, dataDirectory }),
    owned: options.dataDirectory === undefined ? [dataDirectory] : [],
  });
}
