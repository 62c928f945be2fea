import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { startMillrace } from "../../src/testing/index.ts";
import { cacheFolder, projectRoot } from "../support/project-files.ts";
import { runProcess } from "../support/processes.ts";

/* What the pages show runs, as it stands there: only the package's name and the broker's address are put in. */

const folder = join(cacheFolder("pages"), String(process.pid));
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));

interface Program {
  readonly name: string;
  readonly text: string;
}

/** The JavaScript and TypeScript on a page, from a heading on (the whole page when none is given). */
function programsOn(page: string, heading = ""): Program[] {
  const text = readFileSync(join(projectRoot, page), "utf8");
  const blocks = text.slice(text.indexOf(heading)).matchAll(/^```(js|ts)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language, code], index) => ({
    name: `${index + 1}.${language === "ts" ? "ts" : "mjs"}`,
    text: code!,
  }));
}

/** Writes the program down where it gets this project's sources as the package. */
function written({ name, text }: Program, bootstrapServers: string): string {
  const path = join(folder, name);
  const ours = (module: string): string => pathToFileURL(join(projectRoot, `src/${module}/index.ts`)).href;
  const program = text
    .replaceAll('"millrace/client"', JSON.stringify(ours("client")))
    .replaceAll('"millrace/testing"', JSON.stringify(ours("testing")))
    .replaceAll("127.0.0.1:9092", bootstrapServers);
  writeFileSync(path, program);
  return path;
}

async function run(path: string, ...flags: string[]): Promise<string> {
  // A runner inside a runner would report to the outer one, not to its output.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { timeoutMs: 30_000, env };
  const { code, stdout, stderr } = await runProcess(process.execPath, [...flags, path], options);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

test("the programs of docs/client.md run one after the other, and say what they should", async () => {
  await using broker = await startMillrace();
  const programs = programsOn("docs/client.md");
  const outputs: string[] = [];
  for (const program of programs) outputs.push(await run(written(program, broker.bootstrapServers)));
  const all = outputs.join("");
  for (const expected of [
    "stored in partition 0 at offset 0\n",
    /10000 records in \d+ batches\n/,
    "10001 orders\n",
    /\d+ records\n/,
    '0 {"count":2}\n',
    "42: 2\n",
    "orders-0: at 10000, 1 behind\n",
    "TOPIC_ALREADY_EXISTS\n",
    'Cannot create topic "orders": TOPIC_ALREADY_EXISTS',
    /1 records of orders-0 after \d+ ms\n/,
  ]) {
    assert.ok(
      typeof expected === "string" ? all.includes(expected) : expected.test(all),
      `${expected} in\n${all}`,
    );
  }
});

test("the README's test is green, and its client sends and receives", async () => {
  const [green, client] = programsOn("README.md", "## A broker inside your test");
  const output = await run(written({ ...green!, name: "green.test.mjs" }, ""), "--test");
  assert.match(output, /pass 1\n/);

  await using broker = await startMillrace({ topics: ["orders"] });
  // As it stands there it would go on for ever.
  const text = client!.text.replace(
    "console.log(`${key}: ${value}`);",
    "console.log(`${key}: ${value}`); process.exit();",
  );
  assert.equal(
    await run(written({ name: "client.mjs", text }, broker.bootstrapServers)),
    '42: {"count":2}\n',
  );
});
