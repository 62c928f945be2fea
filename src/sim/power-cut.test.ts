import assert from "node:assert/strict";
import { test } from "node:test";
import type { Disk } from "../ports/disk.ts";
import type { PowerCutLaw } from "./disk-image.ts";
import type { Machine } from "./machine.ts";
import { World } from "./world.ts";

const loseAll: PowerCutLaw = { keep: 0, lose: 1, tear: 0 };
const tearAll: PowerCutLaw = { keep: 0, lose: 0, tear: 1 };
const mixed: PowerCutLaw = { keep: 1, lose: 1, tear: 1 };

interface Scene {
  readonly world: World;
  readonly machine: Machine;
  readonly disk: Disk;
}

/** A machine whose `/data` is durable. */
async function scene(seed: number): Promise<Scene> {
  const world = new World(seed);
  const machine = world.machine("node");
  const { disk } = machine.boot();
  disk.makeDirectory("/data");
  await world.complete(disk.syncDirectory("/"));
  return { world, machine, disk };
}

function cutPower({ machine }: Scene, law: PowerCutLaw): Disk {
  machine.cutPower(law);
  return machine.boot().disk;
}

test("a power cut keeps synced contents under synced names, whatever else it loses", async () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const node = await scene(seed);
    const file = node.disk.open("/data/log", "create");
    file.write([Buffer.alloc(2000, "a")], 0);
    await node.world.complete(Promise.all([file.datasync(), node.disk.syncDirectory("/data")]));
    file.write([Buffer.alloc(2000, "b")], 2000);
    const contents = cutPower(node, mixed).readFile("/data/log").toString();
    assert.equal(contents.slice(0, 2000), "a".repeat(2000));
    assert.match(contents.slice(2000), /^[b\0]*$/);
  }
});

test("a name that was not synced is lost with its file", async () => {
  const node = await scene(1);
  const file = node.disk.open("/data/log", "create");
  file.write([Buffer.from("x")], 0);
  file.datasyncSync();
  assert.deepEqual(cutPower(node, loseAll).list("/data"), []);
});

test("a synced rename replaces its target; an un-synced one leaves both as they were", async () => {
  for (const isSynced of [true, false]) {
    const node = await scene(1);
    const { disk } = node;
    for (const name of ["checkpoint", "checkpoint.tmp"]) {
      disk.writeFile(`/data/${name}`, Buffer.from(name));
      disk.open(`/data/${name}`, "write").datasyncSync();
    }
    await node.world.complete(disk.syncDirectory("/data"));
    disk.rename("/data/checkpoint.tmp", "/data/checkpoint");
    if (isSynced) await node.world.complete(disk.syncDirectory("/data"));
    const after = cutPower(node, loseAll);
    assert.equal(after.readFile("/data/checkpoint").toString(), isSynced ? "checkpoint.tmp" : "checkpoint");
    assert.equal(after.stat("/data/checkpoint.tmp") === null, isSynced);
  }
});

test("a torn write keeps whole sectors only", async () => {
  let torn = 0;
  for (let seed = 1; seed <= 50; seed += 1) {
    const node = await scene(seed);
    const file = node.disk.open("/data/log", "create");
    await node.world.complete(node.disk.syncDirectory("/data"));
    file.write([Buffer.alloc(2048, "x")], 100);
    const bytes = cutPower(node, tearAll).readFile("/data/log");
    for (let sector = 512; sector + 512 <= bytes.length; sector += 512) {
      assert.match(bytes.toString("latin1", sector, sector + 512), /^(x*|\0*)$/);
    }
    if (bytes.includes("x") && bytes.subarray(100).includes(0)) torn += 1;
  }
  assert.ok(torn > 5, "some writes were torn in the middle");
});

test("a sync that started before a write does not cover it", async () => {
  const node = await scene(1);
  const file = node.disk.open("/data/log", "create");
  await node.world.complete(node.disk.syncDirectory("/data"));
  file.write([Buffer.from("first")], 0);
  const [first, second] = [file.datasync(), file.datasync()];
  file.write([Buffer.from("later")], 5);
  await node.world.complete(Promise.all([first, second]));
  assert.equal(cutPower(node, loseAll).readFile("/data/log").toString(), "first");
});

test("after a failed sync the data is read as before, but the next sync does not make it durable", async () => {
  let lost = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const node = await scene(seed);
    const file = node.disk.open("/data/log", "create");
    await node.world.complete(node.disk.syncDirectory("/data"));
    file.write([Buffer.from("data")], 0);
    node.machine.image.faults.syncFailure = 1;
    await assert.rejects(node.world.complete(file.datasync()), { code: "EIO" });
    node.machine.image.faults.syncFailure = 0;
    assert.equal(node.disk.readFile("/data/log").toString(), "data");
    await node.world.complete(file.datasync());
    if (cutPower(node, loseAll).readFile("/data/log").length === 0) lost += 1;
  }
  assert.ok(lost > 0, "a retried sync is no cure");
});

test("a full disk takes a part of the write and says ENOSPC", async () => {
  const node = await scene(1);
  node.machine.image.faults.capacityBytes = 1000;
  const file = node.disk.open("/data/log", "create");
  file.write([Buffer.alloc(900)], 0);
  assert.throws(() => file.write([Buffer.alloc(200)], 900), { code: "ENOSPC" });
  assert.equal(node.disk.freeBytes("/data"), 0);
  file.truncate(500);
  file.write([Buffer.alloc(200)], 500);
});

test("a killed program leaves the page cache, and its locks are free", async () => {
  const node = await scene(1);
  node.disk.lock("/data/.lock");
  node.disk.writeFile("/data/file", Buffer.from("x"));
  node.machine.kill();
  const { disk } = node.machine.boot();
  assert.equal(disk.readFile("/data/file").toString(), "x");
  disk.lock("/data/.lock");
});
