import assert from "node:assert/strict";
import { test } from "node:test";
import { diskSuite } from "../../../test/support/ports/disk-suite.ts";
import type { Subject } from "../../../test/support/ports/subject.ts";
import { realEnv } from "../real-env.ts";
import { MemoryDisk } from "./memory-disk.ts";

const memory: Subject = {
  name: "memory",
  async run(body) {
    const disk = new MemoryDisk(() => Date.now());
    disk.makeDirectory("/data");
    await body({ ...realEnv({ log: { level: "silent" } }), disk }, "/data");
  },
};

diskSuite(memory);

test("a fork of what is durable lacks what was not synced, in contents and in names", async () => {
  const disk = new MemoryDisk(() => 0);
  disk.makeDirectory("/data");
  await disk.syncDirectory("/");
  const file = disk.open("/data/log", "create");
  await disk.syncDirectory("/data");
  file.write([Buffer.from("synced")], 0);
  await file.datasync();
  file.write([Buffer.from(" and not")], 6);
  disk.writeFile("/data/young", Buffer.from("x"));
  const afterPowerCut = disk.fork("durable");
  assert.equal(afterPowerCut.readFile("/data/log").toString(), "synced");
  assert.equal(afterPowerCut.stat("/data/young"), null);
  assert.equal(disk.fork("cached").readFile("/data/log").toString(), "synced and not");
});

test("what is written to a disk after its fork is not seen in the fork, nor the other way", () => {
  const disk = new MemoryDisk(() => 0);
  disk.writeFile("/file", Buffer.from("before"));
  const fork = disk.fork("cached");
  disk.open("/file", "write").write([Buffer.from("BE")], 0);
  fork.open("/file", "write").write([Buffer.from("RE")], 4);
  assert.equal(disk.readFile("/file").toString(), "BEfore");
  assert.equal(fork.readFile("/file").toString(), "befoRE");
});
