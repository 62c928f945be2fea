import assert from "node:assert/strict";
import test from "node:test";
import { effectiveConfig } from "../../broker/config.ts";
import { startBroker } from "../../main.ts";
import { World } from "../../sim/world.ts";
import { MetricsServer } from "./metrics-server.ts";

test("a broker is well from the start on, ready while it serves, and neither once it cannot go on", async () => {
  const world = new World(1);
  const server = await MetricsServer.listen({ host: "127.0.0.1", port: 0 });
  const answers = async (): Promise<string[]> => {
    const paths = ["healthz", "readyz"];
    const origin = `http://127.0.0.1:${server.address.port}`;
    const asked = paths.map(async (path) => {
      const answer = await fetch(`${origin}/${path}`);
      return `${path} ${answer.status} ${(await answer.text()).trim()}`;
    });
    return Promise.all(asked);
  };
  try {
    assert.deepEqual(await answers(), ["healthz 200 starting", "readyz 503 starting"]);
    const { config } = effectiveConfig({});
    const options = { listeners: [{ host: "broker", port: 9092 }], dataDir: "/data", config };
    const broker = await world.complete(startBroker(world.machine("broker").boot(), options));
    server.show(broker);
    assert.deepEqual(await answers(), ["healthz 200 running", "readyz 200 running"]);
    server.announceStop();
    assert.deepEqual(await answers(), ["healthz 200 stopping", "readyz 503 stopping"]);
    assert.throws(() => broker.node.fail(new Error("an invariant is broken")), /an invariant/);
    await broker.failed;
    assert.deepEqual(await answers(), ["healthz 503 failed", "readyz 503 failed"]);
  } finally {
    await server.close();
  }
});
