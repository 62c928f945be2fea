import { startProcess } from "../../test/support/processes.ts";
import { rdkafkaPerformance } from "../../test/support/rdkafka.ts";
import { cpuSeconds, type Figures } from "../figures.ts";
import type { Bench } from "../step.ts";

/** Loads end after so many bytes, so that a fast broker does not fill the disk. */
const BYTES_MAX = 4e9;

export interface ProduceLoad {
  readonly recordBytes: number;
  readonly acks: "1" | "all";
  readonly properties?: readonly string[];
  readonly seconds?: number;
}

const batching = ["linger.ms=5", "batch.size=1000000", "batch.num.messages=100000"];

/** Produces as fast as it can for some seconds. */
export async function rdkafkaProduce(bench: Bench, topic: string, load: ProduceLoad): Promise<Figures> {
  const { recordBytes, acks, properties = batching, seconds = bench.seconds } = load;
  const what = ["-P", "-t", topic, "-s", String(recordBytes), "-a", acks === "all" ? "-1" : acks];
  const limit = ["-c", String(Math.round(BYTES_MAX / recordBytes))];
  const { output, used } = await interrupted(bench, [...what, ...limit, ...withX(properties)], seconds);
  const pattern = /(\d+) delivered \(offset -?\d+, (\d+) failed\) in (\d+)ms: (\d+) msgs\/s/g;
  const last = [...output.matchAll(pattern)].at(-1);
  if (last === undefined || last[1] === "0") throw new Error(`Nothing was delivered: ${output.slice(-400)}`);
  const [records, failed, milliseconds, recordsPerSecond] = last.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const mbPerSecond = (recordsPerSecond * recordBytes) / 1e6;
  return {
    records,
    failed,
    seconds: milliseconds / 1000,
    recordsPerSecond,
    mbPerSecond,
    bytes: records * recordBytes,
    clientCpuSecondsPerGb: used / ((records * recordBytes) / 1e9),
  };
}

/** Reads partition 0 from its start to its end, or (`from` "end") whatever comes in some seconds. */
export async function rdkafkaConsume(
  bench: Bench,
  topic: string,
  from: "beginning" | "end",
): Promise<Figures> {
  const fetching = ["fetch.message.max.bytes=10485760", "queued.max.messages.kbytes=262144"];
  const what = ["-C", "-t", topic, "-p", "0", "-o", from, ...(from === "beginning" ? ["-e"] : [])];
  const seconds = from === "beginning" ? 60 : bench.seconds + 3;
  const { output, used } = await interrupted(bench, [...what, ...withX(fetching)], seconds);
  const pattern = /(\d+) messages \((\d+) bytes\) consumed in (\d+)ms: (\d+) msgs\/s/g;
  const last = [...output.matchAll(pattern)].at(-1);
  if (last === undefined || last[1] === "0") throw new Error(`Nothing was consumed: ${output.slice(-400)}`);
  const [records, bytes, milliseconds, recordsPerSecond] = last.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return {
    records,
    bytes,
    seconds: milliseconds / 1000,
    recordsPerSecond,
    mbPerSecond: bytes / milliseconds / 1e3,
    clientCpuSecondsPerGb: used / (bytes / 1e9),
  };
}

const withX = (properties: readonly string[]): string[] => properties.flatMap((each) => ["-X", each]);

const SAMPLE_EVERY_MS = 50;

/** Runs the tool and interrupts it, as a user would, after some seconds. */
async function interrupted(
  bench: Bench,
  parameters: readonly string[],
  seconds: number,
): Promise<{ readonly output: string; readonly used: number }> {
  const tool = await rdkafkaPerformance();
  const load = startProcess(tool, ["-b", bench.broker.address, "-q", ...parameters]);
  const timer = setTimeout(() => void load.stop("SIGINT", 20_000), seconds * 1_000);
  let used = 0; // Of a process that is gone nothing can be read.
  const sampler = setInterval(() => {
    if (!load.hasEnded) used = cpuSeconds(load.pid);
  }, SAMPLE_EVERY_MS);
  await load.ended;
  clearTimeout(timer);
  clearInterval(sampler);
  return { output: load.output, used };
}
