import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import test from "node:test";
import { ScriptedBroker } from "../../../test/support/scripted-broker.ts";
import { World } from "../../sim/world.ts";
import { Metadata } from "../../wire/kafka/messages/03-metadata.ts";
import { Heartbeat } from "../../wire/kafka/messages/12-heartbeat.ts";
import { InitProducerId } from "../../wire/kafka/messages/22-init-producer-id.ts";
import { ClusterClient, type ClusterClientOptions } from "./cluster-client.ts";
import { KafkaError } from "../client-error.ts";
import type { ClientEvents } from "../diagnostics.ts";

const server = (host: string) => ({ host, port: 9092 });

function clientIn(
  world: World,
  hosts: readonly string[],
  options: Partial<ClusterClientOptions> = {},
): ClusterClient {
  return new ClusterClient(world.machine("client").boot(), {
    bootstrapServers: hosts.map(server),
    ...options,
  });
}

async function start(world: World, broker: ScriptedBroker): Promise<ScriptedBroker> {
  await world.complete(broker.start(world.machine(broker.address.host).boot()));
  return broker;
}

test("the first bootstrap server that answers leads to the cluster", async () => {
  const world = new World(1);
  await start(world, new ScriptedBroker("alive"));
  const client = clientIn(world, ["dead", "gone", "alive"]);
  const { brokers } = await world.complete(client.fetchMetadata([]));
  assert.deepEqual(
    [...brokers.values()].map(({ host }) => host),
    ["alive"],
  );
  assert.equal(client.metrics.connections, 1);
  await world.complete(client.close());
  assert.equal(client.metrics.connections, 0);
});

test("when no server answers, the error names each with its reason", async () => {
  const world = new World(1);
  await assert.rejects(world.complete(clientIn(world, ["dead"]).fetchMetadata([])), {
    name: "ClientError",
    kind: "unreachable",
    message: "Cannot reach dead:9092: ECONNREFUSED",
  });
  world.network.cut("client", "far");
  const both = clientIn(world, ["dead", "far"], { connectTimeoutMs: 2_000 });
  await assert.rejects(world.complete(both.fetchMetadata([])), {
    message: /^Cannot reach any of (dead:9092 \(ECONNREFUSED\)|far:9092 \(ETIMEDOUT\)|, ){3}$/,
  });
});

test("a server that refuses is tried again less and less often", async () => {
  const world = new World(1);
  const client = clientIn(world, ["dead"], { retryBackoffMs: 1, retryBackoffMaxMs: 1, apiTimeoutMs: 10_000 });
  await assert.rejects(world.complete(client.metadata([])), { kind: "unreachable" });
  const { connectionsFailed } = client.metrics;
  assert.ok(connectionsFailed >= 10 && connectionsFailed <= 25, `${connectionsFailed} attempts in 10 s`);
});

test("a server that refused lately does not hold up a call that another can answer", async () => {
  let refused = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const world = new World(seed);
    await start(world, new ScriptedBroker("alive"));
    const backoff = { reconnectBackoffMs: 20_000, reconnectBackoffMaxMs: 20_000 };
    const client = clientIn(world, ["dead", "alive"], backoff);
    for (let calls = 0; calls < 5; calls += 1) {
      await world.complete(client.fetchMetadata([]));
      client.closeLane("main");
    }
    refused += client.metrics.connectionsFailed;
    assert.ok(world.scheduler.nowMs < 1_000, `seed ${seed}: ${world.scheduler.nowMs} ms`);
  }
  assert.ok(refused > 5, "the dead one was tried first now and then");
});

test("a call goes on when the broker of its route has come back under another address", async () => {
  const world = new World(1);
  const bootstrap = await start(world, new ScriptedBroker("bootstrap"));
  const moved = new ScriptedBroker("moved");
  moved.on(InitProducerId, () => ({ throttleTimeMs: 0, errorCode: 0, producerId: 7, producerEpoch: 0 }));
  await start(world, moved);
  bootstrap.peers = [new ScriptedBroker("old")];
  const client = clientIn(world, ["bootstrap"]);
  await world.complete(client.fetchMetadata([]));
  bootstrap.peers = [moved];
  const body = { transactionalId: null, transactionTimeoutMs: 0 };
  const answer = world.complete(client.request({ to: "node", nodeId: 1 }, InitProducerId, body, () => {}));
  assert.equal((await answer).producerId, 7);
});

test("what a broker holds back in one lane does not hold up the others", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  broker.on(Heartbeat, () => null);
  await start(world, broker);
  const client = clientIn(world, ["broker"], { requestTimeoutMs: 3_000 });
  const beat = { groupId: "g", generationId: 1, memberId: "m" };
  const waiting = client
    .requestOnce({ to: "any" }, Heartbeat, beat, { lane: "held" })
    .catch((error: unknown) => error);
  await world.complete(client.fetchMetadata([]));
  assert.match(String(await world.complete(waiting)), /did not answer Heartbeat in time/);
  // The connection that was lost was that lane's own.
  await world.complete(client.fetchMetadata([]));
  assert.deepEqual([client.metrics.connectionsLost, client.metrics.connectionsOpened], [1, 2]);
  assert.equal(client.metrics.requestTimeouts, 1);
});

test("a lane that is closed fails what waits in it, and is opened again when it is used again", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  broker.on(Heartbeat, () => null);
  await start(world, broker);
  const client = clientIn(world, ["broker"]);
  const beat = { groupId: "g", generationId: 1, memberId: "m" };
  const waiting = client.requestOnce({ to: "any" }, Heartbeat, beat, { lane: "mine" });
  world.scheduler.after(100, null, () => client.closeLane("mine"));
  await assert.rejects(world.complete(waiting), { kind: "ended" });
  broker.on(Heartbeat, () => ({ throttleTimeMs: 0, errorCode: 27 }));
  const again = client.requestOnce({ to: "any" }, Heartbeat, beat, { lane: "mine" });
  assert.equal((await world.complete(again)).errorCode, 27);
});

test("a call ends when its signal aborts, while it waits and between its tries", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  await start(world, broker);
  const client = clientIn(world, ["broker"]);
  broker.on(Metadata, () => null);
  const reason = new Error("the user went away");
  const abort = new AbortController();
  const waiting = client.metadata([], { signal: abort.signal });
  world.scheduler.after(500, null, () => abort.abort(reason));
  await assert.rejects(world.complete(waiting), reason);
  const startedMs = world.scheduler.nowMs;
  const failing = client.retrying(() => Promise.reject(new KafkaError("try", "NOT_CONTROLLER")), undefined, {
    signal: AbortSignal.any([abort.signal]),
  });
  await assert.rejects(world.complete(failing), reason);
  assert.equal(world.scheduler.nowMs, startedMs);
});

test("a call ends when its time is over, with the last failure if there was one", async () => {
  const world = new World(1);
  const broker = new ScriptedBroker();
  await start(world, broker);
  const client = clientIn(world, ["broker"]);
  broker.on(Metadata, () => null);
  await assert.rejects(world.complete(client.metadata([], { timeoutMs: 2_000 })), {
    kind: "timeout",
    message: "There was no answer within 2000 ms",
  });
  assert.ok(world.scheduler.nowMs < 2_100);
  let tries = 0;
  const hanging = client.retrying(
    async () => {
      tries += 1;
      if (tries > 1) await new Promise(() => {});
      throw new KafkaError("try", "NOT_CONTROLLER");
    },
    undefined,
    { timeoutMs: 2_000 },
  );
  await assert.rejects(world.complete(hanging), { code: "NOT_CONTROLLER" });
});

test("closing ends what waits at once: a connection that is being made, and a pause before a retry", async () => {
  const world = new World(1);
  world.network.cut("client", "far");
  const client = clientIn(world, ["far"]);
  const connecting = client.metadata([]);
  const pausing = client.retrying(() => Promise.reject(new KafkaError("try", "NOT_CONTROLLER")));
  const outcomes = Promise.allSettled([connecting, pausing]);
  world.scheduler.after(50, null, () => void client.close());
  for (const outcome of await world.complete(outcomes)) {
    assert.equal(outcome.status, "rejected");
    assert.equal((outcome.reason as { kind?: string }).kind, "ended");
  }
  assert.ok(world.scheduler.nowMs < 100);
  assert.equal(world.machine("client").timers, 0);
});

test("requests, retries and connections are published as they happen", async () => {
  const world = new World(1);
  await start(world, new ScriptedBroker());
  const seen: string[] = [];
  const onRequest = (event: unknown): void => {
    const { apiName, apiVersion, responseBytes, error } = event as ClientEvents["request"];
    seen.push(`${apiName} ${apiVersion} ${responseBytes > 0} ${error}`);
  };
  const onRetry = (event: unknown): void => {
    const { error, failures } = event as ClientEvents["retry"];
    seen.push(`retry ${failures}: ${error.message}`);
  };
  const onConnection = (event: unknown): void => {
    seen.push((event as ClientEvents["connection.open"]).address);
  };
  const listeners = {
    request: onRequest,
    retry: onRetry,
    "connection.open": onConnection,
    "connection.close": onConnection,
  };
  for (const [name, listener] of Object.entries(listeners)) subscribe(`millrace:client:${name}`, listener);
  const client = clientIn(world, ["broker"]);
  let tries = 0;
  await world.complete(
    client.retrying(async () => {
      tries += 1;
      if (tries === 1) throw new KafkaError("try", "NOT_CONTROLLER");
      await client.fetchMetadata([]);
    }),
  );
  await world.complete(client.close());
  for (const [name, listener] of Object.entries(listeners)) unsubscribe(`millrace:client:${name}`, listener);
  assert.deepEqual(seen, [
    "retry 1: Cannot try: NOT_CONTROLLER",
    "broker:9092",
    "ApiVersions 3 true null",
    "Metadata 13 true null",
    "broker:9092",
  ]);
});
