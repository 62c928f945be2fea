import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { startMillrace } from "../../src/testing/index.ts";

test("the broker's time moves on beside fake timers, which stay where they are", async () => {
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval", "setImmediate"], now: 0 });
  try {
    await using broker = await startMillrace({ topics: ["orders"] });
    const before = broker.now();
    await broker.advance("1d");
    assert.ok(broker.now() - before >= 86_400_000);
    assert.equal(Date.now(), 0);
  } finally {
    mock.timers.reset();
  }
});
