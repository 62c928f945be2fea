import assert from "node:assert/strict";
import test from "node:test";
import {
  judgeClock,
  judgeFileSystem,
  judgeFreeSpace,
  judgeNodeVersion,
  judgeOpenFiles,
  judgeSyncLatency,
} from "./judge.ts";

test("only Node versions that the package declares are fit", () => {
  const fit = (version: string): boolean => judgeNodeVersion(version).verdict === "ok";
  assert.deepEqual(["22.18.0", "24.11.1", "26.0.0", "27.1.0"].map(fit), [true, true, true, true]);
  assert.deepEqual(["20.20.2", "22.17.0", "23.5.0", "24.10.0", "25.0.0"].map(fit), Array(5).fill(false));
});

test("a data directory in memory is a problem, on the network a warning", () => {
  assert.equal(judgeFileSystem("tmpfs").verdict, "problem");
  assert.equal(judgeFileSystem("nfs4").verdict, "warning");
  assert.equal(judgeFileSystem("ext4").verdict, "ok");
});

test("little space warns and none is a problem", () => {
  const verdicts = [2 * 1024 ** 3, 500 * 1024 ** 2, 1024].map((bytes) => judgeFreeSpace(bytes).verdict);
  assert.deepEqual(verdicts, ["ok", "warning", "problem"]);
});

test("a slow sync comes with what to do about it", () => {
  assert.equal(judgeSyncLatency(0.3, 2).verdict, "ok");
  assert.match(judgeSyncLatency(40, 90).advice ?? "", /fsync/);
});

test("few open files and a clock that was never set are said", () => {
  assert.equal(judgeOpenFiles(256).verdict, "warning");
  assert.equal(judgeOpenFiles(null).verdict, "ok");
  assert.equal(judgeClock(0).verdict, "problem");
});
