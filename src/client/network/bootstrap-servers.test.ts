import assert from "node:assert/strict";
import test from "node:test";
import { parseBootstrapServers } from "./bootstrap-servers.ts";

test("servers are given as a text, with commas, or as a list, and the port may be left out", () => {
  const expected = [
    { host: "a", port: 9092 },
    { host: "::1", port: 9094 },
  ];
  assert.deepEqual(parseBootstrapServers("a, [::1]:9094"), expected);
  assert.deepEqual(parseBootstrapServers(["a:9092", "[::1]:9094"]), expected);
});

test("what is no address is refused by name", () => {
  for (const text of ["", " , ", "http://a:9092", "a:b", "a:0", "a:70000", "::1", "a b"]) {
    assert.throws(() => parseBootstrapServers(text), /bootstrapServers/, text);
  }
  assert.throws(() => parseBootstrapServers([]), /names no server/);
  const { servers } = {} as { servers: string };
  assert.throws(() => parseBootstrapServers(servers), /names no server/);
});
