import assert from "node:assert/strict";
import test from "node:test";
import { World } from "../sim/world.ts";
import { clusterClientOf, connectTo } from "./connect.ts";

test("a bound that cannot be is refused by its name, and what is undefined counts as left out", () => {
  const env = new World(1).machine("client").boot();
  const made = (more: object) => () => connectTo({ bootstrapServers: "a", env, ...more });
  assert.throws(made({ requestTimeoutMs: 0 }), /requestTimeoutMs is a number above 0, not 0/);
  assert.throws(made({ maxInFlightBytes: Number.NaN }), /maxInFlightBytes .* not NaN/);
  assert.throws(made({ apiTimeoutMs: "5" }), { kind: "invalid" });
  assert.equal("lingerMs" in made({ lingerMs: 0 })().options, false, "a producer's own is no concern here");
  assert.equal(made({ requestTimeoutMs: undefined })().options.requestTimeoutMs, 30_000);
});

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
