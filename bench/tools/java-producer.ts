import { javaLogOption } from "../../test/support/kafka.ts";
import { kafkaClassPath } from "../../test/support/kafka-jars.ts";
import { startProcess } from "../../test/support/processes.ts";
import type { Figures } from "../figures.ts";
import type { Bench } from "../step.ts";

/** One-second windows at the start in which the tool's own JVM compiles; they do not count. */
const WARM_UP_WINDOWS = 3;
const BYTES_MAX = 4e9;

interface Window {
  readonly records: number;
  readonly recordsPerSecond: number;
}

/** Kafka's ProducerPerformance as fast as it can. */
export async function javaProduce(
  bench: Bench,
  topic: string,
  { recordBytes, acks }: { readonly recordBytes: number; readonly acks: "1" | "all" },
): Promise<Figures> {
  const tool = ["-Xmx512m", javaLogOption("ERROR"), "-cp", await kafkaClassPath()];
  const load = ["--topic", topic, "--num-records", String(Math.round(BYTES_MAX / recordBytes))];
  const record = ["--record-size", String(recordBytes), "--throughput", "-1", "--reporting-interval", "1000"];
  // The tool keeps only the last of several options: all properties follow one.
  const properties = ["--command-property", `acks=${acks}`, "linger.ms=5", "batch.size=65536"];
  const parameters = [...tool, "org.apache.kafka.tools.ProducerPerformance", ...load, ...record];
  const run = startProcess("java", [
    ...parameters,
    "--bootstrap-server",
    bench.broker.address,
    ...properties,
  ]);
  const wanted = WARM_UP_WINDOWS + Math.ceil(bench.seconds);
  const timer = setInterval(() => {
    if (windowsOf(run.stdout).length >= wanted) void run.stop("SIGINT", 20_000);
  }, 100);
  const deadline = setTimeout(() => void run.stop("SIGINT", 5_000), (wanted + 30) * 1_000);
  await run.ended;
  clearInterval(timer);
  clearTimeout(deadline);
  const windows = windowsOf(run.stdout);
  const counted = windows.slice(WARM_UP_WINDOWS);
  if (counted.length === 0) throw new Error(`No figures: ${run.output.slice(-400)}`);
  const sum = (of: readonly Window[]): number => of.reduce((total, each) => total + each.records, 0);
  const records = sum(counted);
  const seconds = counted.reduce((total, each) => total + each.records / each.recordsPerSecond, 0);
  const mbPerSecond = (records * recordBytes) / seconds / 1e6;
  const bytes = sum(windows) * recordBytes;
  return { records, seconds, recordsPerSecond: records / seconds, mbPerSecond, bytes };
}

function windowsOf(output: string): Window[] {
  const pattern = /^(\d+) records sent, ([\d.]+) records\/sec .*max latency\.$/gm;
  return [...output.matchAll(pattern)].map((match) => ({
    records: Number(match[1]),
    recordsPerSecond: Number(match[2]),
  }));
}
