import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { generatedPages } from "../../scripts/docs/pages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the pages that are written from code say what the code says", async () => {
  for (const [path, text] of await generatedPages()) {
    const isSame = existsSync(root + path) && readFileSync(root + path, "utf8") === text;
    assert.ok(isSame, `${path} is out of date: npm run docs`);
  }
});

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

test("no page holds what a merge left undecided", () => {
  const undecided = pages.filter((page) => /^(<<<<<<<|>>>>>>>) /m.test(readFileSync(root + page, "utf8")));
  assert.deepEqual(undecided, []);
});

test("no page links to what does not exist", () => {
  const dead = pages.flatMap((page) => {
    const links = readFileSync(root + page, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g);
    return [...links]
      .map(([, target]) => target!)
      .filter((target) => !existsSync(resolve(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`);
  });
  assert.deepEqual(dead, []);
});

test("decisions are numbered, each number once", () => {
  const names = readdirSync(`${root}docs/decisions`).filter((name) => name !== "README.md");
  const numbers = names.map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]);
  assert.ok(!numbers.includes(undefined), `not named as NNNN-what-it-says.md: ${names.join(", ")}`);
  assert.equal(new Set(numbers).size, numbers.length, `a number stands twice: ${names.join(", ")}`);
});
