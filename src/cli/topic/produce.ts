import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { CODEC_NAMES, type CodecName } from "../../base/compression.ts";
import type { ClusterClient } from "../../client/network/cluster-client.ts";
import type { ProducerOptions } from "../../client/producer/producer-options.ts";
import { Producer, type ProducerRecord } from "../../client/producer/producer.ts";
import { printDone } from "../output.ts";
import { startProgress, type Progress } from "../progress.ts";
import { keyValues, UsageError } from "../usage.ts";
import { withCluster, type ClusterOptions } from "../with-cluster.ts";
import { keyedLine, lines } from "./line-records.ts";
import { Pace } from "./pace.ts";

export interface ProduceOptions extends ClusterOptions {
  readonly keyDelimiter?: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly partition?: number;
  readonly whole?: boolean;
  readonly null?: boolean;
  readonly compression: string;
  readonly acks: string;
  readonly rate?: number;
  readonly generate?: number;
  readonly size: number;
  readonly batchSize?: number;
  readonly lingerMs?: number;
  readonly bufferMemory?: number;
}

interface Content {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Sends everything, waits for every ack, and says how much was acknowledged. */
export async function produce(
  topic: string,
  files: readonly string[],
  options: ProduceOptions,
): Promise<void> {
  const settings = producerOptions(options);
  const headers = Object.entries(keyValues(options.header ?? [])).map(([key, value]) => ({
    key,
    value: Buffer.from(value),
  }));
  for (const file of files) if (!existsSync(file)) throw new UsageError(`There is no file "${file}"`);
  const common = {
    topic,
    headers,
    ...(options.partition !== undefined && { partition: options.partition }),
  };
  const { sent, bytes } = await withCluster(options, async (client) => {
    return await sendAll(client, { settings, common, options, files });
  });
  // Producing is often the middle of a pipe: what was done is said to the person, not to the next program.
  const sentence = `Sent ${sent} ${sent === 1 ? "record" : "records"} (${bytes} bytes) to "${topic}"`;
  if (options.format === "json") await printDone("json", sentence, { topic, records: sent, bytes });
  else process.stderr.write(`${sentence}\n`);
}

function producerOptions(options: ProduceOptions): ProducerOptions {
  const codec = CODEC_NAMES.find((name) => name === options.compression);
  if (codec === undefined) throw new UsageError(`--compression is one of ${CODEC_NAMES.join(", ")}`);
  const acks = { "0": 0, "1": 1, all: -1, "-1": -1 }[options.acks] as ProducerOptions["acks"] | undefined;
  if (acks === undefined) throw new UsageError(`--acks is 0, 1 or all, not "${options.acks}"`);
  return {
    acks,
    compression: codec satisfies CodecName,
    ...(options.batchSize !== undefined && { batchSizeBytes: options.batchSize }),
    ...(options.lingerMs !== undefined && { lingerMs: options.lingerMs }),
    ...(options.bufferMemory !== undefined && { bufferMemoryBytes: options.bufferMemory }),
  };
}

interface Run {
  readonly settings: ProducerOptions;
  readonly common: Omit<ProducerRecord, "key" | "value">;
  readonly options: ProduceOptions;
  readonly files: readonly string[];
}

async function sendAll(client: ClusterClient, run: Run): Promise<{ sent: number; bytes: number }> {
  const pace = run.options.rate === undefined ? null : new Pace(client.env.clock, run.options.rate);
  const progress = await progressOf(run);
  let count = 0;
  let bytes = 0;
  async function* records(): AsyncGenerator<ProducerRecord> {
    for await (const content of contents(run)) {
      await pace?.next();
      yield { ...run.common, ...content };
      count += 1;
      bytes += (content.key?.length ?? 0) + (content.value?.length ?? 0);
      progress.update(run.options.generate === undefined ? bytes : count);
    }
  }
  const producer = new Producer({ maxBlockMs: client.options.apiTimeoutMs, ...run.settings, client });
  try {
    return { sent: await producer.sendMany(records()), bytes };
  } finally {
    await producer.close();
    progress.stop();
  }
}

async function progressOf({ options, files }: Run): Promise<Progress> {
  if (options.generate !== undefined) return await startProgress("records", options.generate);
  const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return await startProgress("bytes", files.length > 0 ? total : null);
}

async function* contents({ options, files }: Run): AsyncGenerator<Content> {
  const key = options.key === undefined ? null : Buffer.from(options.key);
  if (options.generate !== undefined) {
    // One buffer for all: what is in a made-up value does not matter, and the client does not change it.
    const value = Buffer.alloc(options.size, "millrace ");
    for (let index = 0; index < options.generate; index += 1) {
      yield { key: key ?? Buffer.from(String(index)), value };
    }
    return;
  }
  if (options.whole === true) {
    for (const file of files) yield { key, value: readFileSync(file) };
    return;
  }
  const format = { keyDelimiter: options.keyDelimiter ?? null, emptyIsNull: options.null ?? false };
  const sources = files.length > 0 ? files.map((file) => createReadStream(file)) : [process.stdin];
  for (const source of sources) {
    for await (const line of lines(source)) {
      const content = keyedLine(line, format);
      yield key === null ? content : { ...content, key };
    }
  }
}
