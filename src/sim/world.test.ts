import assert from "node:assert/strict";
import { test } from "node:test";
import type { Env } from "../ports/env.ts";
import { World } from "./world.ts";

/** A tiny log server: stores each chunk it receives, syncs it, and answers with the new size. */
async function server(env: Env): Promise<void> {
  env.disk.makeDirectory("/data");
  const file = env.disk.open("/data/log", "create");
  await env.disk.syncDirectory("/");
  await env.disk.syncDirectory("/data");
  let end = file.size();
  await env.network.listen({ host: "0.0.0.0", port: 9092 }, (connection) => {
    connection.start({
      onData(chunk) {
        file.write([chunk], end);
        end += chunk.length;
        const size = end;
        void file.datasync().then(() => connection.write([Buffer.from(`${size}\n`)]));
      },
      onDrain() {},
      onClose() {},
    });
  });
}

/** Sends bytes until told to stop, and knows what was acknowledged. */
async function client(env: Env, acknowledged: { bytes: number }): Promise<void> {
  for (;;) {
    try {
      const connection = await env.network.connect({ host: "server", port: 9092 });
      await new Promise<void>((closed) => {
        let text = "";
        connection.start({
          onData(chunk) {
            text += chunk.toString();
            const lines = text.split("\n");
            text = lines.pop()!;
            for (const line of lines) acknowledged.bytes = Math.max(acknowledged.bytes, Number(line));
            connection.write([env.random.bytes(1 + env.random.below(3000))]);
          },
          onDrain() {},
          onClose: () => closed(),
        });
        connection.write([Buffer.from("hello")]);
      });
    } catch {
      // Refused while the server is down; the next round tries again.
    }
    await new Promise<void>((resolve) => void env.clock.schedule(50, resolve));
  }
}

async function run(seed: number, listener: ((line: string) => void) | null = null) {
  const world = new World(seed);
  world.trace.listener = listener;
  Object.assign(world.network.faults, { fragment: 0.2, reset: 0.001, stall: 0.01 });
  const machine = world.machine("server");
  const acknowledged = { bytes: 0 };
  void client(world.machine("client").boot(), acknowledged);
  for (let round = 0; round < 4; round += 1) {
    void server(machine.boot());
    await world.scheduler.runFor(1000);
    machine.cutPower({ keep: 1, lose: 1, tear: 1 });
    const size = machine.boot().disk.stat("/data/log")?.sizeBytes ?? 0;
    assert.ok(size >= acknowledged.bytes, `seed ${seed}: ${size} bytes survived of ${acknowledged.bytes}`);
  }
  return { hash: world.trace.hash, count: world.trace.count, acknowledgedBytes: acknowledged.bytes };
}

test("a world is a function of its seed", async () => {
  const first = await run(7);
  assert.deepEqual(await run(7), first);
  assert.notEqual((await run(8)).hash, first.hash);
  assert.ok(first.acknowledgedBytes > 10_000, "the client got somewhere");
});

test("a program that syncs before it answers loses nothing that it acknowledged", async () => {
  for (let seed = 1; seed <= 20; seed += 1) await run(seed);
});

test("a life that ended never runs again: its timers and promises stay silent", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const env = machine.boot();
  const heard: string[] = [];
  env.clock.schedule(10, () => heard.push("timer"));
  const file = env.disk.open("/x", "create");
  file.datasync().then(
    () => heard.push("resolved"),
    () => heard.push("rejected"),
  );
  machine.kill();
  await world.scheduler.runFor(1000);
  assert.deepEqual(heard, []);
  assert.throws(() => env.disk.list("/"), { name: "DeadError" });
});

test("a paused machine runs its late timers in a burst", async () => {
  const world = new World(1);
  const machine = world.machine("node");
  const env = machine.boot();
  const heard: number[] = [];
  for (const delayMs of [10, 20, 30]) env.clock.schedule(delayMs, () => heard.push(env.clock.monotonic()));
  machine.pause(1000);
  await world.scheduler.runFor(2000);
  assert.deepEqual(heard, [1000, 1000, 1000]);
});
