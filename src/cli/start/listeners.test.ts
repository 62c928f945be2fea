import assert from "node:assert/strict";
import test from "node:test";
import { addressesOf, listenersOf, metricsAddressOf } from "./listeners.ts";

test("--listen becomes Kafka's listeners, each with a name of its own", () => {
  assert.equal(listenersOf([":1", "[::1]:2"]), "PLAINTEXT://127.0.0.1:1,PLAINTEXT2://[::1]:2");
});

test("an empty host in listeners means every interface, as in Kafka", () => {
  assert.deepEqual(addressesOf(["PLAINTEXT://:9092"]), [{ host: "0.0.0.0", port: 9092 }]);
});

test("a controller listener of a combined node serves no clients", () => {
  assert.deepEqual(addressesOf(["PLAINTEXT://h:1", "CONTROLLER://h:2"]), [{ host: "h", port: 1 }]);
});

test("a listener without a name is refused", () => {
  assert.throws(() => addressesOf(["h:1"]), /NAME:\/\/HOST:PORT/);
});

test("metrics without a host are on loopback, and without a value nowhere", () => {
  assert.deepEqual(metricsAddressOf(":1"), { host: "127.0.0.1", port: 1 });
  assert.deepEqual(metricsAddressOf("0.0.0.0"), { host: "0.0.0.0", port: 9404 });
  assert.equal(metricsAddressOf(null), null);
  assert.equal(metricsAddressOf(""), null);
});
