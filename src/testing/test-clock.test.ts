import assert from "node:assert/strict";
import { test } from "node:test";
import { clockSuite } from "../../test/support/ports/clock-suite.ts";
import { realEnv } from "../io/real-env.ts";
import { durationMs } from "./duration.ts";
import { TestClock } from "./test-clock.ts";

clockSuite({
  name: "test",
  async run(body) {
    const clock = new TestClock();
    await body({ ...realEnv({ log: { level: "silent" } }), clock }, "");
    clock.close();
  },
});

test("a week passes at once, and every timer sees its own time", async () => {
  const clock = new TestClock();
  const startMs = clock.monotonic();
  const seen: number[] = [];
  const everyDay = (): void => {
    seen.push(Math.round((clock.monotonic() - startMs) / 3_600_000));
    clock.schedule(durationMs("1d"), everyDay);
  };
  clock.schedule(durationMs("1d"), everyDay);
  clock.schedule(durationMs("36h"), () => seen.push(36));
  await clock.advance(durationMs("7d") + 1000);
  assert.deepEqual(seen, [24, 36, 48, 72, 96, 120, 144, 168]);
  clock.close();
});

test("both times move together, and go on from there", async () => {
  const clock = new TestClock();
  const wall = clock.now();
  const monotonic = clock.monotonic();
  await clock.advance(3_600_000);
  assert.ok(Math.abs(clock.now() - wall - 3_600_000) < 1000);
  assert.ok(Math.abs(clock.monotonic() - monotonic - 3_600_000) < 1000);
});

test("a frozen clock stands still and fires nothing until it is moved", async () => {
  const clock = new TestClock();
  clock.freeze();
  const before = clock.now();
  let fired = 0;
  clock.schedule(1, () => (fired += 1));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([clock.now(), fired], [before, 0]);
  await clock.advance(1);
  assert.deepEqual([clock.now(), fired], [before + 1, 1]);
  clock.resume();
  clock.close();
});

test("a duration is a number of milliseconds or has a unit", () => {
  assert.equal(durationMs("1.5h"), 5_400_000);
  assert.equal(durationMs(250), 250);
  assert.throws(() => durationMs("soon" as "1s"), /"soon" is no duration/);
});
