import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { linesOf, millrace, startBroker } from "./support/millrace.ts";

test("a topic is created, listed, described, grown, configured and deleted", async () => {
  await using broker = await startBroker();
  const cluster = ["-b", broker.address];
  linesOf(["topic", "create", "orders", "-p", "2", "-c", "retention.ms=1000", ...cluster]);
  const again = millrace(["topic", "create", "orders", ...cluster]);
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /TOPIC_ALREADY_EXISTS/);
  assert.equal(millrace(["topic", "create", "orders", "--if-not-exists", ...cluster]).exitCode, 0);
  const listed = JSON.parse(linesOf(["topic", "list", "--format", "json", ...cluster]).join("")) as unknown;
  assert.deepEqual(listed, [{ topic: "orders", partitions: 2, replicas: 1 }]);
  linesOf(["topic", "alter", "orders", "-p", "3", "-c", "segment.bytes=1048576", ...cluster]);
  assert.equal(linesOf(["topic", "describe", "orders", ...cluster]).length, 4, "a head and three partitions");
  const changed = linesOf(["config", "describe", "topic:orders", "--changed", ...cluster]).join("\n");
  assert.match(changed, /retention\.ms\s+1000\s+topic/);
  assert.match(changed, /segment\.bytes\s+1048576\s+topic/);
  linesOf(["config", "unset", "topic:orders", "retention.ms", ...cluster]);
  const left = linesOf(["config", "describe", "topic:orders", "--changed", ...cluster]).join("\n");
  assert.doesNotMatch(left, /retention\.ms\s+1000/);
  linesOf(["topic", "delete", "orders", ...cluster]);
  assert.equal(millrace(["topic", "describe", "orders", ...cluster]).exitCode, 1);
});

test("records with keys and headers come out as they went in, by kcat's format strings", async () => {
  await using broker = await startBroker();
  const cluster = ["-b", broker.address];
  linesOf(["topic", "create", "t", "-p", "1", ...cluster]);
  linesOf(["topic", "produce", "t", "-K", ":", "-H", "h=1", "-Z", ...cluster], "k1:one\nk2:\nplain\n");
  const shown = linesOf(["topic", "consume", "t", "-e", "-f", "%o %k %S %s [%h]\\n", ...cluster]);
  assert.deepEqual(shown, ["0 k1 3 one [h=1]", "1 k2 -1  [h=1]", "2  5 plain [h=1]"]);
  assert.deepEqual(linesOf(["topic", "consume", "t", "-o", "-1", "-e", ...cluster]), ["plain"]);
  assert.deepEqual(linesOf(["topic", "consume", "t", "-o", "beginning", "-c", "1", ...cluster]), ["one"]);
});

test("every codec goes in and comes out", async () => {
  await using broker = await startBroker();
  const cluster = ["-b", broker.address];
  linesOf(["topic", "create", "t", "-p", "1", ...cluster]);
  const codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
  for (const codec of codecs) linesOf(["topic", "produce", "t", "-z", codec, ...cluster], `${codec}\n`);
  assert.deepEqual(linesOf(["topic", "consume", "t", "-e", ...cluster]), codecs);
});

test("a group goes on where it was; its lag is shown and its offsets are moved", async () => {
  await using broker = await startBroker();
  const cluster = ["-b", broker.address];
  linesOf(["topic", "create", "t", "-p", "1", ...cluster]);
  linesOf(["topic", "produce", "t", ...cluster], "one\ntwo\n");
  assert.deepEqual(linesOf(["topic", "consume", "t", "-G", "g", "-e", ...cluster]), ["one", "two"]);
  linesOf(["topic", "produce", "t", ...cluster], "three\n");
  const described = JSON.parse(
    linesOf(["group", "describe", "g", "--format", "json", ...cluster]).join(""),
  ) as {
    lag: number;
    state: string;
  };
  assert.deepEqual([described.lag, described.state], [1, "Empty"]);
  assert.deepEqual(linesOf(["topic", "consume", "t", "-G", "g", "-e", ...cluster]), ["three"]);
  linesOf(["group", "reset-offsets", "g", "--topic", "t", "--to", "1", ...cluster]);
  assert.deepEqual(linesOf(["topic", "consume", "t", "-G", "g", "-e", ...cluster]), ["two", "three"]);
  assert.match(linesOf(["group", "list", ...cluster]).join("\n"), /^g\s+Empty/m);
  linesOf(["group", "delete", "g", ...cluster]);
  assert.equal(millrace(["group", "describe", "g", ...cluster]).exitCode, 1);
});

test("log dump shows what the broker wrote, while the broker runs", async () => {
  await using broker = await startBroker();
  linesOf(["topic", "produce", "dumped", "-K", ":", "-b", broker.address], "k:v\n");
  const directory = join(broker.dataDir, "dumped-0");
  const entries = linesOf(["log", "dump", "--deep", "--format", "json", directory]).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  assert.ok(entries.some((entry) => entry["crc"] === "ok" && entry["records"] === 1));
  assert.ok(entries.some((entry) => entry["key"] === "k" && entry["value"] === "v"));
  const metadata = linesOf(["log", "dump", "--deep", join(broker.dataDir, "__cluster_metadata-0")]).join(
    "\n",
  );
  assert.match(metadata, /record TopicRecord .*"name":"dumped"/);
});

test("a large file goes in within the buffer's memory and comes out complete", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  try {
    const file = join(folder, "lines.txt");
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index} ${"x".repeat(80)}`);
    writeFileSync(file, `${lines.join("\n")}\n`);
    await using broker = await startBroker();
    const cluster = ["-b", broker.address];
    linesOf(["topic", "create", "t", "-p", "1", ...cluster]);
    linesOf(["topic", "produce", "t", file, "--buffer-memory", "200000", ...cluster]);
    const shown = linesOf(["topic", "consume", "t", "-e", ...cluster]);
    assert.equal(shown.length, lines.length);
    assert.ok(shown.every((line, index) => line === lines[index]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("cluster info names the broker and counts what it leads", async () => {
  await using broker = await startBroker();
  const info = JSON.parse(
    linesOf(["cluster", "info", "--format", "json", "-b", broker.address]).join(""),
  ) as {
    brokers: { address: string; controller: boolean }[];
  };
  assert.equal(info.brokers[0]!.address, broker.address);
  assert.equal(info.brokers[0]!.controller, true);
});

test("no broker there is an error within seconds, with a hint", () => {
  const { exitCode, stderr } = millrace(["topic", "list", "-b", "127.0.0.1:1"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /127\.0\.0\.1:1.*millrace start/s);
});

test("a wrong command line ends with 2 and a pointer to --help", () => {
  for (const words of [
    ["nonsense"],
    ["topic", "create"],
    ["topic", "list", "--nonsense"],
    ["config", "set", "x", "a=b"],
  ]) {
    const { exitCode, stderr } = millrace(words);
    assert.equal(exitCode, 2, words.join(" "));
    assert.match(stderr, /--help/, words.join(" "));
  }
});

test("every verb has a help page with examples", () => {
  const verbs = [["start"], ["doctor"], ["completion"], ["log", "dump"], ["cluster", "info"]];
  for (const inner of ["create", "list", "describe", "alter", "delete", "produce", "consume"])
    verbs.push(["topic", inner]);
  for (const inner of ["list", "describe", "delete", "reset-offsets"]) verbs.push(["group", inner]);
  for (const inner of ["describe", "set", "unset"]) verbs.push(["config", inner]);
  for (const verb of verbs) {
    const { exitCode, stdout } = millrace([...verb, "--help"]);
    assert.equal(exitCode, 0, verb.join(" "));
    assert.match(stdout, /Examples:/, verb.join(" "));
  }
});

test("help VERB is VERB --help", () => {
  assert.equal(millrace(["help", "topic", "create"]).stdout, millrace(["topic", "create", "--help"]).stdout);
  assert.equal(millrace(["help"]).stdout, millrace(["--help"]).stdout);
});

test("completion offers verbs and options", () => {
  assert.match(linesOf(["completion", "bash"]).join("\n"), /complete/);
  assert.match(linesOf(["complete", "--", "topic", "cr"]).join("\n"), /create/);
});

test("doctor judges this machine and says so in JSON too", () => {
  const { stdout } = millrace([
    "doctor",
    "--format",
    "json",
    "--listen",
    "127.0.0.1:0",
    "--data-dir",
    tmpdir(),
  ]);
  const findings = JSON.parse(stdout) as { check: string; verdict: string }[];
  assert.ok(findings.some(({ check, verdict }) => check === "Node version" && verdict === "ok"));
});
