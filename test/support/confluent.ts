import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { ConfluentModule } from "./confluent-types.ts";
import { rdkafkaLibrary, rdkafkaPackage, shell, Unavailable } from "./rdkafka.ts";

/*
 * Confluent's JavaScript client. Its install script fetches a binary from a place that is not the npm registry, so it is
 * no dependency: the binary is built from the package's own sources, on request (`npm run confluent`), into `.cache/`.
 */

/** What is in the package's folder once it was built: the version of Node's binary interface it was built for. */
const stamp = (): string => join(rdkafkaPackage(), "built-for");

/** Why Confluent's client can't be used here, or null. */
export function confluentUnavailable(): string | null {
  if (!existsSync(stamp())) return "Confluent's client is not built; npm run confluent does that";
  const builtFor = readFileSync(stamp(), "utf8");
  const isOurs = builtFor === process.versions.modules;
  return isOurs ? null : "Confluent's client was built for another Node; npm run confluent builds it anew";
}

/**
 * Confluent's client.
 * @throws Unavailable when it was not built.
 */
export function confluent(): ConfluentModule {
  const reason = confluentUnavailable();
  if (reason !== null) throw new Unavailable(reason);
  return createRequire(import.meta.url)(rdkafkaPackage()) as ConfluentModule;
}

/**
 * Builds Confluent's client for the Node that runs this: librdkafka once, a minute, and its binding, a quarter of one.
 * @throws Unavailable without a compiler or without Node's headers
 */
export async function buildConfluent(): Promise<void> {
  if (confluentUnavailable() === null) return;
  const headers = join(dirname(process.execPath), "../include/node");
  if (!existsSync(join(headers, "node.h"))) throw new Unavailable(`no headers of Node in ${headers}`);
  const { package: folder, tree, linkFlags } = await rdkafkaLibrary();
  // Its dependencies without scripts: the one that counts at run time is `bindings`, the one to build with is `nan`.
  const quiet = "--ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error";
  await shell(folder, `npm install --omit=dev --min-release-age=33 ${quiet}`);
  await shell(tree, "make -C src-cpp -j2 librdkafka++.a");
  const includes = [headers, "node_modules/nan", ".", "deps/librdkafka/src", "deps/librdkafka/src-cpp"];
  const defines = "-DBUILDING_NODE_EXTENSION -DNODE_GYP_MODULE_NAME=confluent_kafka_javascript";
  const flags = `-std=c++20 -O2 -fPIC -w ${defines} ${includes.map((each) => `-I "${each}"`).join(" ")}`;
  await shell(
    folder,
    `mkdir -p build/Release && ls src/*.cc | xargs -P ${availableParallelism()} -I{} g++ -c ${flags} {} -o {}.o`,
  );
  const archives = "deps/librdkafka/src-cpp/librdkafka++.a deps/librdkafka/src/librdkafka.a";
  const binary = "build/Release/confluent-kafka-javascript.node";
  await shell(folder, `g++ -shared -o ${binary}.new src/*.cc.o ${archives} ${linkFlags}`);
  renameSync(join(folder, `${binary}.new`), join(folder, binary));
  writeFileSync(stamp(), process.versions.modules);
}
