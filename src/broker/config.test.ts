import assert from "node:assert/strict";
import test from "node:test";
import { logConfigOf } from "../core/cluster/config/topic-config.ts";
import { effectiveConfig, printedConfig } from "./config.ts";
import { formatProperties, parseProperties } from "./properties.ts";

test("options win over the environment, the environment over the file, the file over defaults", () => {
  const { config } = effectiveConfig({
    file: "num.partitions=2\nnum.io.threads=3\nlog.segment.bytes=2097152",
    env: { KAFKA_NUM_PARTITIONS: "4", KAFKA_NUM_IO_THREADS: "5", PATH: "/bin" },
    set: { "num.partitions": "6" },
  });
  assert.equal(config.number("num.partitions"), 6);
  assert.equal(config.number("num.io.threads"), 5);
  assert.equal(config.number("log.segment.bytes"), 2_097_152);
  assert.equal(config.number("num.network.threads"), 3);
  assert.equal(config.started.get("num.io.threads")?.origin, "environment");
});

test("variables spell dots, underscores and dashes, and MILLRACE_ reaches our own keys", () => {
  const { config, warnings } = effectiveConfig({
    env: {
      KAFKA_LISTENER_NAME_MY__HOST_X___Y: "v",
      MILLRACE_FSYNC_BEFORE_ACK: "false",
      KAFKA_HEAP_OPTS: "-Xmx1g",
    },
  });
  assert.equal(config.started.get("listener.name.my_host.x-y")?.value, "v");
  assert.equal(config.boolean("millrace.fsync.before.ack"), false);
  assert.deepEqual(warnings, []);
});

test("an unknown key warns and a bad value says what is allowed", () => {
  const { warnings, errors } = effectiveConfig({ set: { "num.partition": "1", "num.partitions": "0" } });
  assert.deepEqual(warnings, [
    'Unknown configuration key "num.partition" from the command line has no effect',
  ]);
  assert.deepEqual(errors, [
    'Invalid value "0" of "num.partitions" from the command line: it must be at least 1',
  ]);
});

test("the old names broker.id and log.dir still work", () => {
  const { config } = effectiveConfig({ file: "broker.id=7\nlog.dir=/data" });
  assert.equal(config.number("node.id"), 7);
  assert.deepEqual(config.list("log.dirs"), ["/data"]);
});

test("a topic follows the broker's hours until somebody sets milliseconds", () => {
  const { config } = effectiveConfig({ file: "log.retention.hours=2" });
  assert.equal(logConfigOf(new Map(), config).retentionMs, 7_200_000);
  assert.equal(logConfigOf(new Map([["retention.ms", "5"]]), config).retentionMs, 5);
  config.override({ own: new Map(), cluster: new Map([["log.retention.ms", "9"]]) });
  assert.equal(logConfigOf(new Map(), config).retentionMs, 9);
});

test("an empty cleanup policy keeps everything", () => {
  const { config } = effectiveConfig({});
  const log = logConfigOf(new Map([["cleanup.policy", ""]]), config);
  assert.deepEqual([log.cleanupPolicyDelete, log.cleanupPolicyCompact], [false, false]);
});

test("secrets are masked when the configuration is printed", () => {
  const { config } = effectiveConfig({ set: { "ssl.key.password": "hunter2" } });
  const printed = printedConfig(config).find(({ key }) => key === "ssl.key.password");
  assert.deepEqual(printed, { key: "ssl.key.password", value: "[hidden]", origin: "option" });
});

test("properties files read as Java reads them", () => {
  const text = "# c\n! c\n a = b c \nk:v\nlong=one,\\\n   two\nesc\\=aped=x\\ty\\u0041\nempty\n";
  assert.deepEqual(
    [...parseProperties(text)],
    [
      ["a", "b c "],
      ["k", "v"],
      ["long", "one,two"],
      ["esc=aped", "x\tyA"],
      ["empty", ""],
    ],
  );
});

test("properties survive being written and read", () => {
  const entries = new Map([
    ["version", "1"],
    ["path", "C:\\data"],
  ]);
  assert.deepEqual(parseProperties(formatProperties(entries)), entries);
});
