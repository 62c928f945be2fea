import assert from "node:assert/strict";
import { test } from "node:test";
import type { Subject } from "./subject.ts";

const bytes = (text: string) => Buffer.from(text);

export function diskSuite(subject: Subject): void {
  fileTests(subject);
  nameTests(subject);
}

function fileTests(subject: Subject): void {
  const { name } = subject;

  test(`${name} disk: a gathered write lands in order at its position`, () =>
    subject.run(async ({ disk }, directory) => {
      const file = disk.open(`${directory}/log`, "create");
      file.write([bytes("ab"), bytes(""), bytes("cde")], 3);
      file.write([bytes("xyz")], 0);
      assert.equal(file.size(), 8);
      const target = Buffer.alloc(10);
      assert.equal(file.readSync(target, 0), 8);
      assert.equal(target.toString("latin1", 0, 8), "xyzabcde");
      assert.equal(await file.read(target, 5), 3);
      assert.equal(target.toString("latin1", 0, 3), "cde");
      assert.equal(await file.read(target, 100), 0);
      file.close();
      file.close();
    }));

  test(`${name} disk: a write beyond the end leaves zeros in the gap`, () =>
    subject.run(async ({ disk }, directory) => {
      const file = disk.open(`${directory}/log`, "create");
      file.write([bytes("a")], 40_000);
      const target = Buffer.alloc(2, 1);
      file.readSync(target, 39_998);
      assert.deepEqual([...target], [0, 0]);
      file.close();
    }));

  test(`${name} disk: truncate cuts, and extends with zeros`, () =>
    subject.run(async ({ disk }, directory) => {
      const file = disk.open(`${directory}/log`, "create");
      file.write([bytes("abcdef")], 0);
      file.truncate(2);
      file.truncate(4);
      assert.deepEqual(disk.readFile(file.path), Buffer.from([97, 98, 0, 0]));
      file.close();
    }));

  test(`${name} disk: datasync settles, also after the file was closed meanwhile`, () =>
    subject.run(async ({ disk }, directory) => {
      const file = disk.open(`${directory}/log`, "create");
      file.write([bytes("abc")], 0);
      file.datasyncSync();
      const synced = file.datasync();
      file.close();
      await synced;
      assert.equal(disk.stat(file.path)?.sizeBytes, 3);
    }));

  test(`${name} disk: a closed or missing file is refused with its code and path`, () =>
    subject.run(async ({ disk }, directory) => {
      const path = `${directory}/log`;
      assert.throws(() => disk.open(path, "read"), { name: "DiskError", code: "ENOENT", path });
      assert.throws(() => disk.open(path, "write"), { code: "ENOENT" });
      assert.throws(() => disk.readFile(path), { code: "ENOENT" });
      const file = disk.open(path, "create");
      file.close();
      assert.throws(() => file.write([bytes("a")], 0), { name: "DiskError", code: "EBADF", path });
      await assert.rejects(async () => file.datasync(), { code: "EBADF" });
    }));

  test(`${name} disk: opening with create keeps the contents, writeFile replaces them`, () =>
    subject.run(async ({ disk }, directory) => {
      const path = `${directory}/file`;
      disk.writeFile(path, bytes("long text"));
      disk.open(path, "create").close();
      assert.equal(disk.readFile(path).toString(), "long text");
      disk.writeFile(path, bytes("short"));
      assert.equal(disk.readFile(path).toString(), "short");
    }));

  test(`${name} disk: a locked file is refused until it is released`, () =>
    subject.run(async ({ disk }, directory) => {
      const path = `${directory}/.lock`;
      const lock = disk.lock(path);
      assert.throws(() => disk.lock(path), { name: "DiskError", code: "EWOULDBLOCK", path });
      lock.release();
      lock.release();
      disk.lock(path).release();
      assert.deepEqual(disk.list(directory), [{ name: ".lock", isDirectory: false }]);
    }));
}

function nameTests(subject: Subject): void {
  const { name } = subject;

  test(`${name} disk: directories are made with their parents and listed with their kind`, () =>
    subject.run(async ({ disk }, directory) => {
      disk.makeDirectory(`${directory}/a/b`);
      disk.makeDirectory(`${directory}/a/b`);
      disk.writeFile(`${directory}/a/c`, bytes(""));
      await disk.syncDirectory(`${directory}/a`);
      const byName = (left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1);
      assert.deepEqual(disk.list(`${directory}/a`).toSorted(byName), [
        { name: "b", isDirectory: true },
        { name: "c", isDirectory: false },
      ]);
      assert.equal(disk.stat(`${directory}/a`)?.isDirectory, true);
      assert.throws(() => disk.list(`${directory}/none`), { code: "ENOENT" });
      await assert.rejects(async () => disk.syncDirectory(`${directory}/none`), { code: "ENOENT" });
    }));

  test(`${name} disk: rename replaces its target, and open files follow`, () =>
    subject.run(async ({ disk }, directory) => {
      disk.writeFile(`${directory}/old`, bytes("old"));
      const file = disk.open(`${directory}/new`, "create");
      disk.rename(`${directory}/new`, `${directory}/old`);
      file.write([bytes("new")], 0);
      file.close();
      assert.equal(disk.readFile(`${directory}/old`).toString(), "new");
      assert.equal(disk.stat(`${directory}/new`), null);
      assert.throws(() => disk.rename(`${directory}/new`, `${directory}/x`), { code: "ENOENT" });
    }));

  test(`${name} disk: a directory is renamed with what is in it`, () =>
    subject.run(async ({ disk }, directory) => {
      disk.makeDirectory(`${directory}/a`);
      disk.writeFile(`${directory}/a/file`, bytes("x"));
      disk.rename(`${directory}/a`, `${directory}/b`);
      assert.equal(disk.readFile(`${directory}/b/file`).toString(), "x");
    }));

  test(`${name} disk: removing what is missing is fine`, () =>
    subject.run(async ({ disk }, directory) => {
      disk.makeDirectory(`${directory}/a/b`);
      disk.writeFile(`${directory}/a/b/file`, bytes("x"));
      disk.removeDirectory(`${directory}/a`);
      disk.removeDirectory(`${directory}/a`);
      disk.remove(`${directory}/file`);
      disk.writeFile(`${directory}/file`, bytes("x"));
      disk.remove(`${directory}/file`);
      assert.deepEqual(disk.list(directory), []);
    }));

  test(`${name} disk: free space is a number of bytes`, () =>
    subject.run(async ({ disk }, directory) => {
      assert.ok(disk.freeBytes(directory) > 0);
    }));
}
