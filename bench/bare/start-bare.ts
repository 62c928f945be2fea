import { rmSync } from "node:fs";
import { join } from "node:path";
import { untilReady, type BrokerOptions, type BrokerProcess } from "../../test/support/broker-process.ts";
import { freePort, startProcess } from "../../test/support/processes.ts";
import { projectRoot, scratchFolder } from "../../test/support/project-files.ts";

const READY_TIMEOUT_MS = 30_000;

/** The bare server in a process of its own. */
export async function startBare(
  options: Pick<BrokerOptions, "flush" | "port" | "dataDirectory">,
): Promise<BrokerProcess> {
  const port = options.port ?? (await freePort());
  const dataDirectory = options.dataDirectory ?? scratchFolder("bare");
  const mode = options.flush === true ? "sync" : "page-cache";
  const program = join(projectRoot, "bench/bare/bare-server.ts");
  const startedAtMs = performance.now();
  const command = [program, String(port), join(dataDirectory, "records"), mode];
  const started = startProcess(process.execPath, command);
  await untilReady(started, { host: "127.0.0.1", port }, READY_TIMEOUT_MS);
  return {
    host: "127.0.0.1",
    port,
    address: `127.0.0.1:${port}`,
    dataDirectory,
    process: started,
    startedAfterMs: performance.now() - startedAtMs,
    stop: () => started.stop(),
    kill: () => started.stop("SIGKILL"),
    restart: () => startBare({ ...options, port, dataDirectory }),
    remove: async () => {
      await started.stop("SIGTERM", 5_000);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
