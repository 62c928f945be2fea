import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./project-files.ts";
import { commandPath, runProcess } from "./processes.ts";

/** A reason why something can't be run on this machine. */
export class Unavailable extends Error {}

/*
 * librdkafka, built from the sources that the npm package of Confluent's client carries, and its own load tool, whose
 * source is in the package of node-rdkafka. The packages are only unpacked; none of their scripts runs.
 */
const LIBRARY = "@confluentinc/kafka-javascript@1.10.1";
const EXAMPLES = "node-rdkafka@3.6.1";
const BUILD_TIMEOUT_MS = 400_000;

let foundLibrary: Promise<RdkafkaLibrary> | null = null;
let foundTool: Promise<string> | null = null;

export interface RdkafkaLibrary {
  /** Confluent's package, unpacked. */
  readonly package: string;
  /** librdkafka's sources; `src` has its header and the archive. */
  readonly tree: string;
  /** What a program that has the library in it must be linked with. */
  readonly linkFlags: string;
}

/** The folder of the library's package, also before it is there. */
export const rdkafkaPackage = (): string => join(cacheFolder("rdkafka"), "library/package");

/**
 * Builds the library in `.cache/` the first time, which takes a minute.
 * @throws Unavailable without a compiler
 */
export function rdkafkaLibrary(): Promise<RdkafkaLibrary> {
  foundLibrary ??= buildLibrary();
  return foundLibrary;
}

/** Where the tool is; builds it in `.cache/` the first time. */
export function rdkafkaPerformance(): Promise<string> {
  foundTool ??= buildTool();
  return foundTool;
}

/** Where the tool is if it needs no building, or null. */
export function builtRdkafkaPerformance(): string | null {
  const given = process.env["RDKAFKA_PERFORMANCE"];
  if (given !== undefined && existsSync(given)) return given;
  const tool = join(cacheFolder("rdkafka"), "rdkafka_performance");
  return existsSync(tool) ? tool : null;
}

async function buildLibrary(): Promise<RdkafkaLibrary> {
  for (const command of ["gcc", "g++", "make", "python3"]) {
    if ((await commandPath(command)) === null)
      throw new Unavailable(`no ${command} to build librdkafka with`);
  }
  const tree = join(rdkafkaPackage(), "deps/librdkafka");
  if (!existsSync(join(tree, "src/librdkafka.a"))) {
    process.stderr.write("building librdkafka (about a minute, once)\n");
    await unpack(cacheFolder("rdkafka"), LIBRARY, "library");
    // Plain loopback is what is measured and tested: no TLS, SASL or HTTP. zstd would be the machine's, if it has one.
    const without = "--disable-ssl --disable-gssapi --disable-curl --disable-zstd";
    await shell(tree, `chmod +x configure lds-gen.py && ./configure ${without}`);
    await shell(tree, "make -C src -j2 librdkafka.a");
  }
  const makefile = readFileSync(join(tree, "Makefile.config"), "utf8");
  const libraries = /^LIBS[+:]*=\s*(.*)$/m.exec(makefile)?.[1] ?? "";
  return { package: rdkafkaPackage(), tree, linkFlags: `${libraries} -lm -ldl -lpthread -lrt` };
}

async function buildTool(): Promise<string> {
  const built = builtRdkafkaPerformance();
  if (built !== null) return built;
  const { tree, linkFlags } = await rdkafkaLibrary();
  const folder = cacheFolder("rdkafka");
  const tool = join(folder, "rdkafka_performance");
  const examples = await unpack(folder, EXAMPLES, "examples");
  const source = join(examples, "deps/librdkafka/examples/rdkafka_performance.c");
  const flags = `-O2 -D_GNU_SOURCE -I src -I . "${source}" src/librdkafka.a ${linkFlags}`;
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

/** @throws Error with the end of the command's output when it fails or takes too long. */
export async function shell(cwd: string, command: string): Promise<void> {
  const done = await runProcess("sh", ["-c", command], { cwd, timeoutMs: BUILD_TIMEOUT_MS });
  if (done.code !== 0) throw new Error(`${command}: ${(done.stdout + done.stderr).slice(-1_500)}`);
}
