import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../test/support/project-files.ts";
import { commandPath, runProcess, startProcess } from "../../test/support/processes.ts";
import { Unavailable, type Bench } from "../step.ts";
import type { Figures } from "../figures.ts";

/*
 * librdkafka's own load tool. The npm package of Confluent's client carries the library's sources, the one of
 * node-rdkafka those of the tool; both are only unpacked, none of their scripts runs.
 */
const LIBRARY = "@confluentinc/kafka-javascript@1.10.1";
const EXAMPLES = "node-rdkafka@3.6.1";
const BUILD_TIMEOUT_MS = 400_000;

/** Loads end after so many bytes, so that a fast broker does not fill the disk. */
const BYTES_MAX = 4e9;

let found: Promise<string> | null = null;

/** Where the tool is; builds it in `.cache/` the first time, which takes two minutes. */
export function rdkafkaPerformance(): Promise<string> {
  found ??= build();
  return found;
}

async function build(): Promise<string> {
  const given = process.env["RDKAFKA_PERFORMANCE"];
  if (given !== undefined && existsSync(given)) return given;
  const folder = cacheFolder("rdkafka");
  const tool = join(folder, "rdkafka_performance");
  if (existsSync(tool)) return tool;
  for (const command of ["gcc", "make", "python3"]) {
    if ((await commandPath(command)) === null)
      throw new Unavailable(`no ${command} to build librdkafka with`);
  }
  process.stderr.write("building librdkafka's load tool (about two minutes, once)\n");
  const library = await unpack(folder, LIBRARY, "library");
  const examples = await unpack(folder, EXAMPLES, "examples");
  const tree = join(library, "deps/librdkafka");
  // Plain loopback is what is measured: no TLS, SASL or HTTP.
  await shell(
    tree,
    "chmod +x configure lds-gen.py && ./configure --disable-ssl --disable-gssapi --disable-curl",
  );
  await shell(tree, "make -C src -j2 librdkafka.a");
  const libraries =
    /^LIBS[+:]*=\s*(.*)$/m.exec(readFileSync(join(tree, "Makefile.config"), "utf8"))?.[1] ?? "";
  const source = join(examples, "deps/librdkafka/examples/rdkafka_performance.c");
  const flags = `-O2 -D_GNU_SOURCE -I src -I . "${source}" src/librdkafka.a ${libraries} -lm -ldl -lpthread -lrt`;
  await shell(tree, `gcc ${flags} -o "${tool}.new"`);
  renameSync(`${tool}.new`, tool);
  return tool;
}

async function unpack(folder: string, name: string, into: string): Promise<string> {
  const target = join(folder, into);
  mkdirSync(target, { recursive: true });
  await shell(target, `npm pack "${name}" --silent --ignore-scripts`);
  const tarball = readdirSync(target).find((each) => each.endsWith(".tgz"));
  await shell(target, `tar xzf "${tarball}" && rm "${tarball}"`);
  return join(target, "package");
}

async function shell(cwd: string, command: string): Promise<void> {
  const done = await runProcess("sh", ["-c", command], { cwd, timeoutMs: BUILD_TIMEOUT_MS });
  if (done.code !== 0) throw new Error(`${command}: ${(done.stdout + done.stderr).slice(-1_500)}`);
}

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
  const output = await interrupted(bench, [...what, ...limit, ...withX(properties)], seconds);
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
  const output = await interrupted(bench, [...what, ...withX(fetching)], seconds);
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
  };
}

const withX = (properties: readonly string[]): string[] => properties.flatMap((each) => ["-X", each]);

/** Runs the tool and interrupts it, as a user would, after some seconds. */
async function interrupted(bench: Bench, parameters: readonly string[], seconds: number): Promise<string> {
  const tool = await rdkafkaPerformance();
  const load = startProcess(tool, ["-b", bench.broker.address, "-q", ...parameters]);
  const timer = setTimeout(() => void load.stop("SIGINT", 20_000), seconds * 1_000);
  await load.ended;
  clearTimeout(timer);
  return load.output;
}
