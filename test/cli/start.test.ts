import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { millrace, startBroker } from "./support/millrace.ts";

test("start says where it listens, where the data are and what to try next", async () => {
  await using broker = await startBroker();
  const output = broker.output();
  assert.match(output, /listening on\s+127\.0\.0\.1:\d+/);
  assert.ok(output.includes(broker.dataDir));
  assert.equal(output.match(/^ {2}.*kcat /gm)?.length, 3);
});

test("SIGTERM stops a broker cleanly, and what it held is there at the next start", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  try {
    await using first = await startBroker({ dataDir });
    millrace(["topic", "produce", "kept", "-b", first.address], "one\ntwo\n");
    first.process.kill("SIGTERM");
    assert.equal(await first.ended(), 0);
    await using second = await startBroker({ dataDir });
    const { stdout } = millrace(["topic", "consume", "kept", "-e", "-b", second.address]);
    assert.equal(stdout, "one\ntwo\n");
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("what was acknowledged survives kill -9", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  try {
    await using first = await startBroker({ dataDir });
    millrace(["topic", "produce", "kept", "-b", first.address], "one\ntwo\n");
    first.process.kill("SIGKILL");
    await first.ended();
    await using second = await startBroker({ dataDir });
    const { stdout } = millrace(["topic", "consume", "kept", "-e", "-b", second.address]);
    assert.equal(stdout, "one\ntwo\n");
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("a broker whose output nobody reads any more still stops cleanly", async () => {
  await using broker = await startBroker();
  broker.process.stdout!.destroy();
  broker.process.kill("SIGTERM");
  assert.equal(await broker.ended(), 0);
  assert.ok(existsSync(join(broker.dataDir, ".kafka_cleanshutdown")));
});

test("a second broker on the same data directory is refused with what to do", async () => {
  await using broker = await startBroker();
  const second = millrace(["start", "--listen", "127.0.0.1:0", "--data-dir", broker.dataDir]);
  assert.equal(second.exitCode, 1);
  assert.match(second.stderr, /Another broker is running on .*--data-dir/s);
});

test("a port that is taken is said, with what to do", async () => {
  await using broker = await startBroker();
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  const second = millrace(["start", "--listen", broker.address, "--data-dir", dataDir]);
  rmSync(dataDir, { recursive: true, force: true });
  assert.equal(second.exitCode, 1);
  assert.match(second.stderr, /in use.*--listen/s);
});

test("a port for metrics that is taken is said, and no broker is left running", async () => {
  await using broker = await startBroker();
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  const words = ["start", "--listen", "127.0.0.1:0", "--metrics", broker.address, "--data-dir", dataDir];
  const second = millrace(words);
  rmSync(dataDir, { recursive: true, force: true });
  assert.equal(second.exitCode, 1);
  assert.match(second.stderr, /EADDRINUSE.*--metrics/s);
});

test("--print-config shows every key with where its value comes from", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  const file = join(folder, "server.properties");
  writeFileSync(file, "num.partitions=3\nlog.retention.hours=5\n");
  const words = [
    "start",
    "--config",
    file,
    "--set",
    "log.retention.hours=7",
    "--print-config",
    "--format",
    "json",
  ];
  const { exitCode, stdout, stderr } = millrace(words);
  rmSync(folder, { recursive: true, force: true });
  assert.equal(exitCode, 0, stderr);
  const entries = JSON.parse(stdout) as { key: string; value: string; origin: string }[];
  const entry = (key: string): unknown => entries.find((candidate) => candidate.key === key);
  assert.deepEqual(entry("num.partitions"), { key: "num.partitions", value: "3", origin: "file" });
  assert.deepEqual(entry("log.retention.hours"), {
    key: "log.retention.hours",
    value: "7",
    origin: "option",
  });
  assert.deepEqual(entry("log.segment.bytes"), {
    key: "log.segment.bytes",
    value: "1073741824",
    origin: "default",
  });
});

test("an unknown key is a warning, not an error", () => {
  const { exitCode, stderr } = millrace(["start", "--set", "no.such.key=1", "--print-config"]);
  assert.equal(exitCode, 0);
  assert.match(stderr, /^warning: .*no\.such\.key/m);
});

test("a value that a key cannot have keeps the broker from starting", () => {
  const { exitCode, stderr } = millrace(["start", "--set", "num.partitions=many"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /num\.partitions/);
});
