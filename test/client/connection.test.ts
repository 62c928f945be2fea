import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { test } from "node:test";
import { Admin, Consumer, Producer } from "../../src/client/index.ts";
import { startMillrace } from "../../src/testing/index.ts";
import { freePort } from "../support/processes.ts";
import { certificate } from "../support/tls/certificate.ts";
import { kafka } from "./clusters.ts";
import { take } from "./reading.ts";

/* Over real sockets: what a user meets who gets an address wrong, or whose broker is older than the client. */

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a port where nobody listens is named with the system's reason", async () => {
  const servers = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  await using admin = new Admin({ bootstrapServers: servers, apiTimeoutMs: 200 });
  await assert.rejects(admin.listTopics(), {
    kind: "unreachable",
    message: /^Cannot reach any of 127\.0\.0\.1:\d+ \(ECONNREFUSED\), 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/,
  });
});

test("a web server is told from a broker, at once", async () => {
  const server = createHttpServer((_, response) => response.end("hello"));
  const bootstrapServers = await listening(server);
  await using admin = new Admin({ bootstrapServers });
  const startedMs = performance.now();
  await assert.rejects(admin.listTopics(), {
    kind: "invalid",
    message: /is not a Kafka broker: it speaks HTTP/,
  });
  assert.ok(performance.now() - startedMs < 5_000, "it is not tried again");
  server.close();
});

test("a listener that hangs up is said to be no PLAINTEXT listener, perhaps", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  const bootstrapServers = await listening(server);
  await using admin = new Admin({ bootstrapServers, apiTimeoutMs: 200 });
  await assert.rejects(
    admin.listTopics(),
    /closed the connection without an answer: is it a Kafka broker's PLAINTEXT/,
  );
  server.close();
});

for (const asVersion of ["3.0", "3.5", "3.9", "4.0"] as const) {
  test(`a broker of Kafka ${asVersion} is spoken to in its own versions`, async () => {
    await using broker = await startMillrace({ asVersion, topics: ["orders"] });
    const { bootstrapServers } = broker;
    await using admin = new Admin({ bootstrapServers });
    assert.deepEqual(
      (await admin.listTopics()).map(({ name }) => name),
      ["orders"],
    );
    await using producer = new Producer({ bootstrapServers });
    assert.equal((await producer.send({ topic: "orders", value: "one" })).offset, 0);
    await producer.send({ topic: "orders", value: "two" });
    const consumer = new Consumer({ bootstrapServers, groupId: "g", topics: "orders" });
    const records = await take(consumer, 2);
    await consumer.close();
    assert.deepEqual(
      records.map(({ value }) => String(value)),
      ["one", "two"],
    );
    const [offset] = await admin.groupOffsets("g");
    assert.deepEqual([offset!.offset, offset!.lag], [1, 1]);
    const [group] = await admin.describeGroups(["g"]);
    assert.equal(group!.state, "Empty");
  });
}

test(`${kafka.name} is spoken to over TLS, when its certificate is known`, { skip: kafka.skip }, async () => {
  const bootstrapServers = await kafka.tlsServers();
  await using admin = new Admin({ bootstrapServers, tls: { ca: certificate } });
  assert.equal((await admin.describeCluster()).brokers[0]!.port, Number(bootstrapServers.split(":")[1]));
  await using stranger = new Admin({ bootstrapServers, tls: true, apiTimeoutMs: 200 });
  await assert.rejects(stranger.listTopics(), /Cannot reach 127\.0\.0\.1:\d+: DEPTH_ZERO_SELF_SIGNED_CERT/);
  await using plain = new Admin({ bootstrapServers, apiTimeoutMs: 200 });
  await assert.rejects(plain.listTopics(), /it speaks TLS: set the option tls/);
});

test("a call goes on through a crash of the broker", async () => {
  await using broker = await startMillrace({ topics: ["orders"] });
  await using admin = new Admin({ bootstrapServers: broker.bootstrapServers });
  await admin.listTopics();
  await broker.crash();
  const listing = admin.listTopics();
  await broker.restart();
  assert.equal((await listing).length, 1);
  assert.ok(admin.client.metrics.connectionsLost >= 1);
});

test("nothing of a closed client keeps a process alive", async () => {
  await using broker = await startMillrace();
  const before = process.getActiveResourcesInfo().length;
  const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
  await admin.listTopics();
  await admin.close();
  const isQuiet = async (): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    return process.getActiveResourcesInfo().length <= before;
  };
  for (let turns = 0; turns < 1_000 && !(await isQuiet()); turns += 1);
  assert.ok(await isQuiet(), `left over: ${process.getActiveResourcesInfo().join()}`);
});
