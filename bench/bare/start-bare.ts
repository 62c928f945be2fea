import { join } from "node:path";
import { startBroker, type BrokerProcess } from "../../test/support/broker-process.ts";
import { freePort, startProcess } from "../../test/support/processes.ts";
import { projectRoot, scratchFolder } from "../../test/support/project-files.ts";

const READY_TIMEOUT_MS = 30_000;

/** The bare server in a process of its own. It keeps nothing that a restart could find. */
export async function startBare({ flush }: { readonly flush: boolean }): Promise<BrokerProcess> {
  const port = await freePort();
  const dataDirectory = scratchFolder("bare");
  const program = join(projectRoot, "bench/bare/bare-server.ts");
  const mode = flush ? "sync" : "page-cache";
  return startBroker({
    start: () =>
      startProcess(process.execPath, [program, String(port), join(dataDirectory, "records"), mode]),
    port,
    dataDirectory,
    readyTimeoutMs: READY_TIMEOUT_MS,
    restart: () => startBare({ flush }),
    owned: [dataDirectory],
  });
}
