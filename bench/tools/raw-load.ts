import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Produce } from "../../src/wire/kafka/messages/index.ts";
import { batchBytes } from "../../test/support/batch-bytes.ts";
import { cacheFolder, projectRoot } from "../../test/support/project-files.ts";
import { commandPath, runProcess } from "../../test/support/processes.ts";
import { requestFrame } from "../../test/support/raw-connection.ts";
import { Unavailable } from "../../test/support/rdkafka.ts";
import type { Bench } from "../step.ts";

const PRODUCE_VERSION = 7;
const RECORDS_PER_REQUEST_MAX = 400;
const VALUE_BYTES = 1024;

export interface RawResult {
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  /** What the load generator itself used. */
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

async function compiled(): Promise<string> {
  const source = join(projectRoot, "bench/load/raw-load.c");
  const tool = join(cacheFolder("raw-load"), "raw-load");
  if (existsSync(tool) && statSync(tool).mtimeMs > statSync(source).mtimeMs) return tool;
  const compiler = (await commandPath("cc")) ?? (await commandPath("gcc"));
  if (compiler === null) throw new Unavailable("no C compiler for the load generator");
  const done = await runProcess(compiler, ["-O2", "-o", tool, source]);
  if (done.code !== 0) throw new Error(done.stderr.slice(-1_500));
  return tool;
}

/** A file with the requests of 1, 2, … records of 1 KiB to partition 0, acks all. */
function requestsFile(topic: string, acks: -1 | 1): string {
  const length = (of: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(of);
    return bytes;
  };
  const pieces = [length(RECORDS_PER_REQUEST_MAX)];
  for (let count = 1; count <= RECORDS_PER_REQUEST_MAX; count += 1) {
    const records = batchBytes({
      records: Array.from({ length: count }, () => ({ key: null, value: Buffer.alloc(VALUE_BYTES, 120) })),
    });
    const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
    const frame = requestFrame(Produce, PRODUCE_VERSION, { acks, timeoutMs: 30_000, topicData });
    pieces.push(length(frame.length), frame);
  }
  const file = join(cacheFolder("raw-load"), "requests.bin");
  writeFileSync(file, Buffer.concat(pieces));
  return file;
}

/** Correlation id, array length, topic, array length, index: then comes the error code. */
const errorAt = (topic: string): number => 4 + 4 + 2 + topic.length + 4 + 4;

/** `amount`: requests in flight, or records a second. */
export async function rawLoad(
  bench: Bench,
  topic: string,
  {
    mode,
    amount,
    seconds = bench.seconds,
  }: {
    readonly mode: "pipelined" | "serial" | "latency";
    readonly amount: number;
    readonly seconds?: number;
  },
): Promise<RawResult> {
  const tool = await compiled();
  const { host, port } = bench.broker;
  const parameters = [
    host,
    String(port),
    mode,
    requestsFile(topic, -1),
    String(errorAt(topic)),
    String(seconds),
    String(amount),
  ];
  const done = await runProcess(tool, parameters, { timeoutMs: (seconds + 30) * 1_000 });
  if (done.code !== 0) throw new Error(done.stderr.slice(-400));
  const result = JSON.parse(done.stdout) as RawResult;
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.answered} records were refused`);
  return result;
}
