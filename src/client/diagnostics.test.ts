import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import test from "node:test";
import { publish } from "./diagnostics.ts";

test("an event reaches its subscribers, and costs no message without them", () => {
  const seen: unknown[] = [];
  let made = 0;
  const open = () => {
    made += 1;
    return { clientId: "c", address: "a:1" };
  };
  publish("connection.open", open);
  assert.equal(made, 0);
  const listen = (message: unknown) => void seen.push(message);
  subscribe("millrace:client:connection.open", listen);
  publish("connection.open", open);
  unsubscribe("millrace:client:connection.open", listen);
  publish("connection.open", open);
  assert.deepEqual([made, seen], [1, [{ clientId: "c", address: "a:1" }]]);
});
