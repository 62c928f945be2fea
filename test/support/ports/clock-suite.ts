import assert from "node:assert/strict";
import { test } from "node:test";
import type { Subject } from "./subject.ts";

export function clockSuite(subject: Subject): void {
  const { name } = subject;

  test(`${name} clock: schedule runs once, not before its time`, () =>
    subject.run(async ({ clock }) => {
      const startMs = clock.monotonic();
      let runs = 0;
      await new Promise<void>((resolve) => {
        clock.schedule(5, () => {
          runs += 1;
          resolve();
        });
      });
      // The platform's timers count whole milliseconds, so they may be early by less than one.
      assert.ok(clock.monotonic() - startMs >= 4);
      await new Promise<void>((resolve) => void clock.schedule(5, resolve));
      assert.equal(runs, 1);
    }));

  test(`${name} clock: a cancelled timer does not run, and cancelling again is fine`, () =>
    subject.run(async ({ clock }) => {
      let ran = false;
      const timer = clock.schedule(1, () => {
        ran = true;
      });
      timer.cancel();
      timer.cancel();
      await new Promise<void>((resolve) => void clock.schedule(5, resolve));
      assert.equal(ran, false);
    }));

  test(`${name} clock: a delay beyond 2^31 ms does not fire at once`, () =>
    subject.run(async ({ clock }) => {
      let ran = false;
      const timer = clock.schedule(2 ** 33, () => {
        ran = true;
      });
      await new Promise<void>((resolve) => void clock.schedule(5, resolve));
      timer.cancel();
      assert.equal(ran, false);
    }));

  test(`${name} clock: defer runs after this turn and its promises`, () =>
    subject.run(async ({ clock }) => {
      const order: string[] = [];
      await new Promise<void>((resolve) => {
        clock.defer(() => {
          order.push("deferred");
          resolve();
        });
        void Promise.resolve().then(() => order.push("promise"));
        order.push("turn");
      });
      assert.deepEqual(order, ["turn", "promise", "deferred"]);
    }));

  test(`${name} clock: now is whole milliseconds since 1970, monotonic never goes back`, () =>
    subject.run(async ({ clock }) => {
      assert.ok(Number.isInteger(clock.now()));
      assert.ok(clock.now() > Date.UTC(2025, 0, 1));
      const before = clock.monotonic();
      await Promise.resolve();
      assert.ok(clock.monotonic() >= before);
    }));
}
