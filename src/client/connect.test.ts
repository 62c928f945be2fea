import assert from "node:assert/strict";
import test from "node:test";
import { World } from "../sim/world.ts";
import { clusterClientOf, connectTo } from "./connect.ts";

test("a client that is made from options is the caller's to close; one that was given is not", () => {
  const env = new World(1).machine("client").boot();
  const shared = connectTo({ bootstrapServers: "a:1,b:2", env, clientId: "shop" });
  assert.deepEqual(shared.options.bootstrapServers, [
    { host: "a", port: 1 },
    { host: "b", port: 2 },
  ]);
  assert.equal(shared.options.clientId, "shop");
  assert.deepEqual(clusterClientOf({ client: shared }), { client: shared, isOwned: false });
  const { client, isOwned } = clusterClientOf({ bootstrapServers: "a", env });
  assert.equal(isOwned, true);
  assert.notEqual(client, shared);
});
