import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { realDisk } from "../src/io/disk.ts";

async function hold(path: string) {
  const script = new URL("./support/hold-lock.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: said.toString().trim() };
}

test("a lock refuses every other process, and is free at once when its holder is killed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "millrace-lock-"));
  const path = join(directory, ".lock");
  const first = await hold(path);
  assert.equal(first.said, "locked");
  assert.equal((await hold(path)).said, "EWOULDBLOCK");
  assert.throws(() => realDisk().lock(path), { code: "EWOULDBLOCK" });
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  realDisk().lock(path).release();
  rmSync(directory, { recursive: true });
});
