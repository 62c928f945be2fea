import { cliPage } from "./cli-page.ts";
import { clientOptionsPage } from "./client-options-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { protocolPage } from "./protocol-page.ts";

/** The pages of docs/ that are written from code, by path. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/cli.md", await cliPage()],
    ["docs/client-options.md", clientOptionsPage()],
    ["docs/configuration.md", configurationPage()],
    ["docs/metrics.md", metricsPage()],
    ["docs/protocol.md", protocolPage()],
  ]);
}
