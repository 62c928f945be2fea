import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { effectiveConfig, printedConfig, type EffectiveConfig } from "../../broker/config.ts";
import { DataDirectoryError } from "../../broker/log/storage-error.ts";
import { realEnv } from "../../io/real-env.ts";
import { holdYoungGeneration, tuneGarbageCollector } from "../../io/tune-garbage-collector.ts";
import { startBroker, type RunningBroker } from "../../main.ts";
import { DiskError } from "../../ports/disk.ts";
import { NetworkError, type SocketAddress } from "../../ports/network.ts";
import { OperatorError } from "../failure.ts";
import { printRows, writeOut, type Format } from "../output.ts";
import { keyValues, UsageError } from "../usage.ts";
import { banner } from "./banner.ts";
import { addressesOf, DEFAULT_ADDRESS, listenersOf, metricsAddressOf } from "./listeners.ts";
import type { MetricsServer } from "./metrics-server.ts";

export interface StartOptions {
  readonly listen?: readonly string[];
  readonly dataDir?: string;
  readonly metrics?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly printConfig?: boolean;
  readonly logLevel: string;
  readonly format: Format;
}

const DEFAULT_DATA_DIR = "millrace-data";
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const FORCED_EXIT_CODE = 1;

/** Runs a broker until a signal ends it. */
export async function runStart(options: StartOptions): Promise<void> {
  // Other verbs end when nobody reads them; a broker outlives whoever watched it start.
  process.stdout.removeAllListeners("error").on("error", () => {});
  const effective = gatherConfig(options);
  for (const warning of effective.warnings) process.stderr.write(`warning: ${warning}\n`);
  if (options.printConfig === true) {
    const entries = printedConfig(effective.config).map((entry) => ({ ...entry }));
    await printRows(options.format, ["key", "value", "origin"], entries);
    return;
  }
  const level = LOG_LEVELS.find((name) => name === options.logLevel);
  if (level === undefined) throw new UsageError(`--log-level is one of ${LOG_LEVELS.join(", ")}`);
  tuneGarbageCollector();
  const env = realEnv({ log: { level } });
  if (effective.errors.length > 0) throw new UsageError(effective.errors.join("\n       "));

  const { config } = effective;
  const dataDir = dataDirOf(effective);
  const listeners = addressesOf(config.list("listeners"));
  const metrics = await startMetrics(metricsAddressOf(config.text("millrace.metrics.listen")));
  const releaseYoungGeneration = holdYoungGeneration();
  try {
    const broker = await start(async () => await startBroker(env, { listeners, dataDir, config }), {
      listeners,
      dataDir,
    });
    releaseYoungGeneration();
    metrics?.show(broker);
    // Before the banner: whoever has read it may send a signal at once.
    const stopped = untilStopped(broker, () => metrics?.announceStop());
    writeOut(
      banner({
        nodeId: broker.nodeId,
        addresses: broker.addresses,
        dataDir,
        syncsBeforeAck: config.boolean("millrace.fsync.before.ack"),
        metricsAddress: metrics?.address ?? null,
      }),
    );
    await stopped;
  } finally {
    await metrics?.close();
  }
}

function gatherConfig(options: StartOptions): EffectiveConfig {
  const set: Record<string, string> = keyValues(options.set ?? []);
  if (options.listen !== undefined) set["listeners"] = listenersOf(options.listen);
  if (options.metrics !== undefined) set["millrace.metrics.listen"] = options.metrics;
  if (options.dataDir !== undefined) set["log.dirs"] = options.dataDir;
  const sources = { env: process.env, set, ...(options.config && { file: readProperties(options.config) }) };
  const effective = effectiveConfig(sources);
  // Where Kafka's own default would be a surprise (a folder in /tmp, every interface), ours fills in.
  const missing: Record<string, string> = {};
  if (!effective.config.isSet("listeners")) {
    missing["listeners"] = listenersOf([`${DEFAULT_ADDRESS.host}:${DEFAULT_ADDRESS.port}`]);
  }
  if (!effective.config.isSet("log.dirs")) missing["log.dirs"] = resolve(DEFAULT_DATA_DIR);
  return effectiveConfig({ ...sources, set: { ...missing, ...set } });
}

function readProperties(path: string): string {
  if (!existsSync(path)) throw new UsageError(`There is no file "${path}" for --config`);
  return readFileSync(path, "utf8");
}

function dataDirOf({ config }: EffectiveConfig): string {
  const directories = config.list("log.dirs") ?? [];
  if (directories.length > 1) {
    throw new UsageError(`log.dirs names ${directories.length} directories; a broker here has one`);
  }
  return resolve(directories[0] ?? DEFAULT_DATA_DIR);
}

/** Nothing of it is loaded when nobody asks for it. */
async function startMetrics(address: SocketAddress | null): Promise<MetricsServer | null> {
  if (address === null) return null;
  const { MetricsServer } = await import("./metrics-server.ts");
  try {
    return await MetricsServer.listen(address);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new OperatorError(`${error.message}. Metrics were to be served there: choose another --metrics.`);
  }
}

/** What keeps a broker from starting is nearly always one of two things; both get a sentence that helps. */
async function start(
  attempt: () => Promise<RunningBroker>,
  place: { readonly listeners: readonly SocketAddress[]; readonly dataDir: string },
): Promise<RunningBroker> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof DataDirectoryError) {
      const isTaken = error.cause instanceof DiskError && error.cause.code === "EWOULDBLOCK";
      if (!isTaken) throw new OperatorError(error.message);
      throw new OperatorError(
        `Another broker is running on "${place.dataDir}". Stop it, or give this one its own --data-dir.`,
      );
    }
    if (error instanceof NetworkError && error.code === "EADDRINUSE") {
      const taken = place.listeners.map(({ host, port }) => `${host}:${port}`).join(", ");
      throw new OperatorError(`${taken} is in use. Stop what listens there, or choose another --listen.`);
    }
    if (error instanceof NetworkError) throw new OperatorError(error.message);
    throw error;
  }
}

/** The first SIGTERM or SIGINT stops the broker cleanly, the second at once; so does a failure of its own. */
async function untilStopped(broker: RunningBroker, announceStop: () => void): Promise<void> {
  await new Promise<void>((stopped, failed) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) {
        writeOut("Stopped at once, on the second signal. The next start recovers the log.\n");
        process.exit(FORCED_EXIT_CODE);
      }
      isStopping = true;
      announceStop();
      writeOut("Stopping: the log is closed cleanly (a second signal stops at once)\n");
      broker.stop().then(stopped, failed);
    };
    void broker.failed.then(async (reason) => {
      await broker.stop();
      failed(new OperatorError(`The broker cannot go on: ${reason.message}`));
    });
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
  writeOut("Stopped.\n");
}
