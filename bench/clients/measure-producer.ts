import { setTimeout as delay } from "node:timers/promises";
import { percentile, type Figures } from "../figures.ts";
import type { Job } from "./job.ts";
import { processorSeconds } from "./processor-seconds.ts";
import type { TestedClient, TestedProducer } from "./tested-client.ts";

/** What one partition's batch may hold, for whoever can be told: librdkafka's own default. */
const BATCH_BYTES = 1_000_000;
const LINGER_MS = 5;
/** Calls with a batch each that wait for their answers at a time; a client may put fewer on the wire. */
const BATCHES_OUTSTANDING = 8;
const EACH_OUTSTANDING = 512;
const WARM_UP_SECONDS_MAX = 1;

interface Load {
  /** Records acknowledged so far. */
  readonly acknowledged: () => number;
  /** Milliseconds each took, since `startedAtMs`; only where it is what is measured. */
  readonly latenciesMs: number[];
  stop(): Promise<void>;
}

/** Measures one kind of producing once it runs as fast as it will. */
export async function measureProducer(client: TestedClient, job: Job): Promise<Figures> {
  const producer = await client.producer(job.address, {
    topic: job.topic,
    isIdempotent: job.isIdempotent,
    // Callers who wait for their one record gain nothing by waiting longer.
    lingerMs: job.work === "produce-batches" ? LINGER_MS : 0,
    batchBytes: BATCH_BYTES,
    callsOutstanding: EACH_OUTSTANDING,
  });
  const value = Buffer.alloc(job.recordBytes, "x");
  await producer.sendOne(value); // Metadata, connections and the producer's id cost nothing that repeats.
  const load = start(producer, job, value);
  await delay(Math.min(WARM_UP_SECONDS_MAX, job.seconds) * 1_000);
  const before = { records: load.acknowledged(), atMs: performance.now(), cpu: processorSeconds() };
  load.latenciesMs.length = 0;
  await delay(job.seconds * 1_000);
  const records = load.acknowledged() - before.records;
  const seconds = (performance.now() - before.atMs) / 1_000;
  const cpuSeconds = processorSeconds() - before.cpu;
  const latenciesMs = load.latenciesMs.slice();
  await load.stop();
  await producer.close();
  if (records === 0) throw new Error("Nothing was acknowledged");
  return figures(job, { records, seconds, cpuSeconds, latenciesMs });
}

function figures(
  { recordBytes }: Job,
  of: { records: number; seconds: number; cpuSeconds: number; latenciesMs: readonly number[] },
): Figures {
  const bytes = of.records * recordBytes;
  const sorted = of.latenciesMs.toSorted((a, b) => a - b);
  return {
    records: of.records,
    bytes,
    seconds: of.seconds,
    recordsPerSecond: of.records / of.seconds,
    mbPerSecond: bytes / of.seconds / 1e6,
    clientCpuSecondsPerGb: of.cpuSeconds / (bytes / 1e9),
    clientCpuMicrosecondsPerRecord: (of.cpuSeconds * 1e6) / of.records,
    ...(sorted.length === 0
      ? {}
      : { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), maxMs: sorted.at(-1) ?? NaN }),
  };
}

function start(producer: TestedProducer, job: Job, value: Buffer): Load {
  if (job.work === "latency") return startAtRate(producer, value, job.rate);
  if (job.work === "produce-serial") return startLoops(1, 1, () => producer.sendOne(value));
  if (job.work === "produce-each") return startLoops(EACH_OUTSTANDING, 1, () => producer.sendOne(value));
  const count = Math.max(1, Math.floor(BATCH_BYTES / (job.recordBytes + 16)));
  const values = Array.from({ length: count }, () => value);
  return startLoops(BATCHES_OUTSTANDING, count, () => producer.sendMany(values));
}

/** So many callers, each of whom sends again when it has its answer. */
function startLoops(callers: number, recordsPerCall: number, send: () => Promise<unknown>): Load {
  const latenciesMs: number[] = [];
  let records = 0;
  let isStopping = false;
  const loop = async (): Promise<void> => {
    while (!isStopping) {
      const sentAtMs = performance.now();
      await send();
      records += recordsPerCall;
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  const running = Promise.all(Array.from({ length: callers }, loop));
  running.catch(() => undefined); // It is looked at when the load stops.
  return {
    acknowledged: () => records,
    latenciesMs,
    async stop() {
      isStopping = true;
      await running;
    },
  };
}

/**
 * Sends at a fixed rate whether or not answers come, and counts from when a record was due: a client or broker that
 * stops for a while is charged for all the records that had to wait.
 */
function startAtRate(producer: TestedProducer, value: Buffer, perSecond: number): Load {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  let sent = 0;
  let records = 0;
  let failure: Error | null = null;
  const due = (): number => startedAtMs + (sent * 1_000) / perSecond;
  const timer = setInterval(() => {
    for (let dueAtMs = due(); dueAtMs <= performance.now(); dueAtMs = due()) {
      const wasDueAtMs = dueAtMs;
      sent += 1;
      producer.sendOne(value).then(
        () => {
          records += 1;
          latenciesMs.push(performance.now() - wasDueAtMs);
        },
        (error: unknown) => (failure ??= asError(error)),
      );
    }
  }, 1);
  return {
    acknowledged: () => records,
    latenciesMs,
    async stop() {
      clearInterval(timer);
      if (failure !== null) throw failure;
    },
  };
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
