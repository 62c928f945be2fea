import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./project-files.ts";
import { commandPath, runProcess } from "./processes.ts";

/** A reason why something can't be run on this machine. */
export class Unavailable extends Error {}

/*
 * librdkafka's own load tool. The npm package of Confluent's client carries the library's sources, the one of
 * node-rdkafka those of the tool; both are only unpacked, none of their scripts runs.
 */
const LIBRARY = "@confluentinc/kafka-javascript@1.10.1";
const EXAMPLES = "node-rdkafka@3.6.1";
const BUILD_TIMEOUT_MS = 400_000;

let found: Promise<string> | null = null;

/** Where the tool is; builds it in `.cache/` the first time, which takes two minutes. */
export function rdkafkaPerformance(): Promise<string> {
  found ??= build();
  return found;
}

/** Where the tool is if it needs no building, or null. */
export function builtRdkafkaPerformance(): string | null {
  const given = process.env["RDKAFKA_PERFORMANCE"];
  if (given !== undefined && existsSync(given)) return given;
  const tool = join(cacheFolder("rdkafka"), "rdkafka_performance");
  return existsSync(tool) ? tool : null;
}

async function build(): Promise<string> {
  const built = builtRdkafkaPerformance();
  if (built !== null) return built;
  const folder = cacheFolder("rdkafka");
  const tool = join(folder, "rdkafka_performance");
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
