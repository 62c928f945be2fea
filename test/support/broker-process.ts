import { rmSync } from "node:fs";
import { Metadata } from "../../src/wire/kafka/messages/03-metadata.ts";
import { RawConnection, type Address } from "./raw-connection.ts";
import { until, type RunningProcess } from "./processes.ts";

/** A broker in a process of its own. */
export interface BrokerProcess extends Address {
  /** HOST:PORT. */
  readonly address: string;
  readonly dataDirectory: string;
  readonly process: RunningProcess;
  /** From the start of the process to the first answered Metadata request. */
  readonly startedAfterMs: number;
  /** Ends it gracefully; the data stays. */
  stop(): Promise<void>;
  /** Ends it as `kill -9` does; the data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<BrokerProcess>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface BrokerOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** An existing data directory; it is not removed. */
  readonly dataDirectory?: string;
  /** Whether `dataDirectory` was written by Millrace; Kafka wants to know. */
  readonly isFromMillrace?: boolean;
  /** Whether acknowledged records are on the disk (true) or in the page cache (false). */
  readonly flush?: boolean;
  readonly heapMb?: number;
  /** How long a start may take. */
  readonly readyTimeoutMs?: number;
  /** Millrace: run what was compiled, as users do. */
  readonly isCompiled?: boolean;
}

/** Whether a Metadata request without topics is answered with a broker in it. */
export async function answersMetadata(address: Address): Promise<boolean> {
  let connection;
  try {
    connection = await RawConnection.open(address);
    const answer = await connection.ask(Metadata, 4, { topics: [], allowAutoTopicCreation: false }, 2_000);
    return answer.brokers.length > 0;
  } catch {
    return false; // Not there yet: whoever waits asks again.
  } finally {
    connection?.close();
  }
}

interface Starting {
  readonly start: () => RunningProcess;
  readonly port: number;
  readonly dataDirectory: string;
  readonly readyTimeoutMs: number;
  readonly restart: () => Promise<BrokerProcess>;
  /** Folders that go with the broker. */
  readonly owned: readonly string[];
}

/**
 * Starts a broker on loopback and waits until it answers.
 * @throws Error with the end of the broker's output.
 */
export async function startBroker(starting: Starting): Promise<BrokerProcess> {
  const { port, dataDirectory, restart, owned } = starting;
  const host = "127.0.0.1";
  const startedAtMs = performance.now();
  const started = starting.start();
  await untilReady(started, { host, port }, starting.readyTimeoutMs);
  return {
    host,
    port,
    address: `${host}:${port}`,
    dataDirectory,
    process: started,
    startedAfterMs: performance.now() - startedAtMs,
    stop: () => started.stop(),
    kill: () => started.stop("SIGKILL"),
    restart,
    remove: async () => {
      await started.stop("SIGTERM", 5_000);
      for (const folder of owned) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Waits for the first answer; a broker that does not give it in time is ended.
 * @throws Error with the end of the broker's output.
 */
async function untilReady(started: RunningProcess, address: Address, timeoutMs: number): Promise<void> {
  try {
    await until(
      `a broker answers at ${address.host}:${address.port}`,
      async () => {
        if (started.hasEnded) throw new Error(`The broker ended: ${started.output.slice(-2_000)}`);
        return answersMetadata(address);
      },
      { timeoutMs, everyMs: 2 },
    );
  } catch (error) {
    await started.stop("SIGKILL");
    throw error;
  }
}
