import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { millrace } from "./support/millrace.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Started extends AsyncDisposable {
  readonly process: ChildProcess;
  /** The one line that it prints when it is ready. */
  readonly line: string;
  stderr(): string;
  ended(): Promise<number | null>;
}

async function startTestServer(...words: string[]): Promise<Started> {
  const child = spawn(process.execPath, [main, "test-server", ...words], { stdio: "pipe" });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const failed = exit.then((code) => assert.fail(`It ended with ${code}: ${stderr}`));
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), failed])) as [string];
  failed.catch(() => {}); // From here on its end is looked at by whoever waits for it.
  return {
    process: child,
    line,
    stderr: () => stderr,
    ended: () => exit,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

function urlIn(line: string): string {
  return /http:\/\/\S+/.exec(line)![0];
}

async function post(url: string, body: object = {}): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
  return (await response.json()) as Record<string, unknown>;
}

test("test-server says in one line where it listens, on loopback, and SIGTERM ends it with 0", async () => {
  await using server = await startTestServer();
  assert.match(server.line, /^Millrace \S+ test server: http:\/\/127\.0\.0\.1:\d+$/);
  const broker = await post(`${urlIn(server.line)}/brokers`, { topics: ["orders"] });
  assert.match(String(broker["bootstrapServers"]), /^127\.0\.0\.1:\d+$/);
  await post(`${urlIn(server.line)}/brokers/b1/faults`, { kind: "refuseConnections" });
  server.process.kill("SIGTERM");
  assert.equal(await server.ended(), 0);
  assert.equal(server.stderr(), "warning: never happened on b1: refuseConnections(): 0 hits\n");
});

test("test-server --format json is one JSON line for programs", async () => {
  await using server = await startTestServer("--format", "json");
  const facts = JSON.parse(server.line) as Record<string, unknown>;
  assert.deepEqual(Object.keys(facts), ["url", "version", "pid"]);
  assert.equal(facts["pid"], server.process.pid);
  assert.equal((await fetch(`${String(facts["url"])}/healthz`)).status, 200);
});

test("test-server --until-stdin-closes ends with whoever started it, even while a test waits", async () => {
  await using server = await startTestServer("--until-stdin-closes");
  const url = urlIn(server.line);
  await post(`${url}/brokers`, { topics: ["orders"] });
  const waiting = post(`${url}/brokers/b1/wait`, { topic: "orders", timeout: "9m" });
  await post(`${url}/brokers/b1/wait`, { topic: "orders", timeout: 1 });
  server.process.stdin!.end();
  assert.equal(await server.ended(), 0);
  assert.equal((await waiting)["detail"], 'The broker "b1" has been stopped meanwhile.');
});

test("test-server --set and --as-version hold for every broker that does not say otherwise", async () => {
  await using server = await startTestServer("--set", "num.partitions=3", "--as-version", "3.9");
  const url = urlIn(server.line);
  await post(`${url}/brokers`, { topics: ["orders"] });
  await post(`${url}/brokers`, { topics: ["orders"], config: { "num.partitions": 2 } });
  for (const [id, partitions] of [
    ["b1", 3],
    ["b2", 2],
  ] as const) {
    const { bootstrapServers } = (await (await fetch(`${url}/brokers/${id}`)).json()) as Record<
      string,
      string
    >;
    const words = ["topic", "describe", "orders", "--format", "json", "-b", bootstrapServers!];
    const { stdout } = millrace(words);
    assert.equal((JSON.parse(stdout) as unknown[]).length, partitions, stdout);
  }
});

test("test-server on a port that is taken says what to do, and ends with 1", async () => {
  await using server = await startTestServer();
  const { exitCode, stderr } = millrace(["test-server", "--listen", new URL(urlIn(server.line)).host]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /127\.0\.0\.1:\d+ is in use\. Leave out --listen/);
});

test("test-server ends with 2 on a command line that is wrong, and says where", () => {
  for (const [words, stderr] of [
    [["--format", "yaml"], /--format is text or json, not "yaml"/],
    [["--set", "log.retention.ms=long"], /Invalid value "long" of "log\.retention\.ms"/],
    [["--as-version", "2.1"], /asVersion is one of 3\.0/],
    [["--brokers-max", "none"], /--brokers-max.*Expected a whole number of at least 1/],
    [["--listen", "127.0.0.1:99999"], /Expected HOST:PORT, got "127\.0\.0\.1:99999"/],
  ] as const) {
    const ended = millrace(["test-server", ...words]);
    assert.equal(ended.exitCode, 2, words.join(" "));
    assert.match(ended.stderr, stderr);
  }
});
