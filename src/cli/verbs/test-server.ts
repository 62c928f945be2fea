import { Command } from "commander";
import { limits } from "../../testserver/limits.ts";
import { gathered, wholeNumber } from "../usage.ts";

export function testServerCommand(): Command {
  const command = new Command("test-server")
    .description(
      "Serve the control of test brokers (time, faults, snapshots ...) over HTTP, for tests in any language.",
    )
    .option(
      "--listen <host:port>",
      "address of the control; brokers listen on free loopback ports",
      "127.0.0.1:0",
    )
    .option(
      "--set <key=value>",
      "configuration of every broker unless its own says otherwise (repeatable)",
      gathered,
    )
    .option("--as-version <release>", "offer clients only what that release of Kafka had, such as 3.9")
    .option(
      "--until-stdin-closes",
      "end when standard input does, hence with the test runner that started it",
    )
    .option("--format <format>", "of the line that says where it listens: text or json", "text");
  for (const { flag, text, defaultValue } of limits) {
    command.option(`${flag} <n>`, `at most so many ${text}`, wholeNumber(1), defaultValue);
  }
  return command
    .addHelpText(
      "after",
      `
It prints one line when it is ready, and ends on SIGTERM, SIGINT or, if asked, when standard input closes.
GET /openapi.json is the document of its API. Nobody is asked who they are: let it listen on loopback only.

Examples:
  millrace test-server --listen 127.0.0.1:9180
  millrace test-server --format json --until-stdin-closes      {"url":"http://127.0.0.1:40123", ...}
  curl -X POST http://127.0.0.1:9180/brokers                   {"id":"b1","bootstrapServers":"127.0.0.1:40321", ...}
  curl -X POST http://127.0.0.1:9180/brokers/b1/advance -H 'Content-Type: application/json' -d '{"by":"7d"}'
`,
    )
    .action(async (options) => {
      const { runTestServer } = await import("../test-server/run-test-server.ts");
      await runTestServer(options);
    });
}
