import assert from "node:assert/strict";
import { runProcess, until } from "../../support/processes.ts";
import { builtRdkafkaPerformance } from "../../support/rdkafka.ts";
import type { Case, Client, World } from "../client.ts";
import { codecs, features } from "../features.ts";

const RECORDS = 500;

async function tool(world: World, ...parameters: string[]): Promise<string> {
  const path = builtRdkafkaPerformance();
  assert.ok(path !== null);
  const done = await runProcess(path, ["-b", world.address, ...parameters], { timeoutMs: 20_000 });
  assert.equal(done.code, 0, done.stderr.slice(-300));
  return done.stdout;
}

/** Produces, then reads all of it back. */
function roundTrip(...options: string[]): Case {
  return async (world) => {
    const topic = await world.topic();
    const produced = await tool(world, "-P", "-t", topic, "-s", "200", "-c", String(RECORDS), ...options);
    assert.match(produced, new RegExp(`${RECORDS} messages produced`));
    // Without waiting for all acknowledgements a record may become visible a moment after the tool has ended.
    await until("all are visible", async () => (await world.recordCount(topic)) === RECORDS);
    const consumed = await tool(
      world,
      "-C",
      "-t",
      topic,
      "-p",
      "0",
      "-o",
      "beginning",
      "-e",
      "-c",
      String(RECORDS),
    );
    assert.match(consumed, new RegExp(`${RECORDS} messages \\(`));
  };
}

/** The library is built with what is at hand, and zstd's headers may not be. */
const built = codecs.filter((codec) => codec !== "zstd");

const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(built.map((codec) => [`produce-${codec}`, roundTrip("-z", codec)])),
  "acks-0": roundTrip("-a", "0"),
  "acks-1": roundTrip("-a", "1"),
  "acks-all": roundTrip("-a", "-1"),
  idempotent: roundTrip("-X", "enable.idempotence=true"),
  "consume-beginning": roundTrip(),
};

/** librdkafka of today by its load tool; kcat of a distribution has one that is years old. */
export const rdkafkaPerformanceClient: Client = {
  name: "librdkafka 2.15",
  prepare: async () =>
    builtRdkafkaPerformance() === null ? "its load tool is not built (npm run bench does it)" : null,
  cases,
  lacks: Object.fromEntries(
    features.flatMap(([feature]) =>
      feature in cases ? [] : [[feature, "its load tool, as it is built here, does not do that"]],
    ),
  ),
};
