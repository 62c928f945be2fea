import type { KafkaRelease } from "../../testing/index.ts";
import { brokerConfig } from "../../testing/options.ts";
import type { BrokerDefaults } from "../../testserver/hosted-brokers.ts";
import type { Limits } from "../../testserver/limits.ts";
import { TestServer } from "../../testserver/test-server.ts";
import type { SocketAddress } from "../../ports/network.ts";
import { OperatorError } from "../failure.ts";
import { writeOut } from "../output.ts";
import { keyValues, parseAddress, UsageError } from "../usage.ts";
import { VERSION } from "../version.ts";

export interface RunTestServerOptions extends Limits {
  readonly listen: string;
  readonly set?: readonly string[];
  readonly asVersion?: string;
  readonly untilStdinCloses?: boolean;
  readonly format: string;
}

const ANY_LOOPBACK_PORT: SocketAddress = { host: "127.0.0.1", port: 0 };
const FORCED_EXIT_CODE = 1;

/** Serves until a signal or the end of standard input. */
export async function runTestServer(options: RunTestServerOptions): Promise<void> {
  const { format } = options;
  if (format !== "text" && format !== "json")
    throw new UsageError(`--format is text or json, not "${format}"`);
  // Whoever started it may read the first line and hang up; the brokers go on.
  process.stdout.removeAllListeners("error").on("error", () => {});
  const address = parseAddress(options.listen, ANY_LOOPBACK_PORT);
  const brokerDefaults = defaultsOf(options);
  const ended = untilEnded(options);
  const server = await start(options, address, brokerDefaults);
  const { url } = server;
  const facts = { url, version: VERSION, pid: process.pid };
  writeOut(format === "json" ? `${JSON.stringify(facts)}\n` : `Millrace ${VERSION} test server: ${url}\n`);
  await ended;
  for (const [id, faults] of await server.stop()) {
    for (const fault of faults) process.stderr.write(`warning: never happened on ${id}: ${fault}\n`);
  }
}

/** What every broker would trip over is said now, not to the first test. */
function defaultsOf({ set = [], asVersion }: RunTestServerOptions): BrokerDefaults {
  const defaults = {
    config: keyValues(set),
    ...(asVersion !== undefined && { asVersion: asVersion as KafkaRelease }),
  };
  try {
    brokerConfig(defaults);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return defaults;
}

async function start(
  limits: Limits,
  { host, port }: SocketAddress,
  brokerDefaults: BrokerDefaults,
): Promise<TestServer> {
  const onBug = (error: Error): void => {
    process.stderr.write(`error: ${error.stack ?? error.message}\n`);
  };
  try {
    return await TestServer.start({ host, port, version: VERSION, brokerDefaults, limits, onBug });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new OperatorError(`${host}:${port} is in use. Leave out --listen to get a free port.`);
    }
    if (code === undefined) throw error;
    throw new OperatorError(`Cannot listen on ${host}:${port}: ${message}`);
  }
}

/** The first signal ends it in order, the second at once. */
function untilEnded({ untilStdinCloses = false }: RunTestServerOptions): Promise<void> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onSignal = (): void => {
      if (isEnding) process.exit(FORCED_EXIT_CODE);
      isEnding = true;
      resolve();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
    if (untilStdinCloses)
      process.stdin
        .resume()
        .once("close", resolve)
        .once("error", () => resolve());
  });
}
