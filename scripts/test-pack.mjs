/*
 * What a user gets: the packed tarball, installed into an empty project, on every Node that it promises. A
 * broker must start there, take a record from the packed client, give it back, and stop.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeBinary } from "./node-binary.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const READY = "Transitioning from RECOVERY to RUNNING";
const READY_MS_MAX = 20_000;
let passed = 0;
let failed = 0;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: 120_000, ...options });
  if (result.status === 0) return result.stdout;
  throw new Error(`${command} ${args.join(" ")}\n${result.stdout}\n${result.stderr}`);
}

async function check(title, work) {
  try {
    await work();
    passed += 1;
    process.stdout.write(`ok      ${title}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`FAILED  ${title}\n${error instanceof Error ? error.message : error}\n`);
  }
}

async function startBroker(node, project) {
  const cli = join(project, "node_modules/millrace/dist/cli/main.js");
  const args = [cli, "start", "--listen", "127.0.0.1:0", "--data-dir", join(project, "data")];
  const broker = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  broker.stdout.on("data", (chunk) => (output += chunk));
  broker.stderr.on("data", (chunk) => (output += chunk));
  const deadlineMs = Date.now() + READY_MS_MAX;
  while (!output.includes(READY)) {
    if (broker.exitCode !== null || Date.now() > deadlineMs) {
      broker.kill("SIGKILL");
      throw new Error(`The broker did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { broker, cli, address: /listening on\s+(\S+)/.exec(output)[1] };
}

/** The same program once as a module and once as a script: both must get the client. */
function writeClientPrograms(project) {
  const work = `
async function main() {
  const [bootstrapServers, groupId] = process.argv.slice(2);
  const admin = new Admin({ bootstrapServers });
  const producer = new Producer({ bootstrapServers, compression: "lz4" });
  const { offset } = await producer.send({ topic: "packed", key: "k", value: groupId });
  await producer.close();
  const consumer = new Consumer({ bootstrapServers, groupId, topics: "packed" });
  for await (const record of consumer) if (record.offset === offset) {
    console.log(record.value.toString(), (await admin.listTopics()).map(({ name }) => name).join());
    break;
  }
  await consumer.close();
  await admin.close();
}
main();
`;
  writeFileSync(
    join(project, "client.mjs"),
    `import { Admin, Consumer, Producer } from "millrace/client";${work}`,
  );
  writeFileSync(
    join(project, "client.cjs"),
    `const { Admin, Consumer, Producer } = require("millrace/client");${work}`,
  );
}

async function useIt(node, project) {
  rmSync(join(project, "data"), { recursive: true, force: true });
  const { broker, cli, address } = await startBroker(node, project);
  const exited = new Promise((resolve) => broker.once("exit", resolve));
  try {
    const cluster = ["-b", address];
    run(node, [cli, "topic", "produce", "packed", ...cluster, "-K", ":"], { input: "k:v\n" });
    const out = run(node, [cli, "topic", "consume", "packed", ...cluster, "-e", "-f", "%k=%s\\n"]);
    if (out !== "k=v\n") throw new Error(`Consumed ${JSON.stringify(out)}`);
    for (const script of ["client.mjs", "client.cjs"]) {
      const seen = run(node, [join(project, script), address, script]);
      if (seen !== `${script} packed\n`) throw new Error(`${script} sees ${JSON.stringify(seen)}`);
    }
  } finally {
    broker.kill("SIGTERM");
  }
  const code = await exited;
  if (code !== 0) throw new Error(`The broker ended with ${code}`);
}

const folder = mkdtempSync(join(tmpdir(), "millrace-pack-"));
const project = join(folder, "project");
try {
  const tarball = run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root })
    .trim()
    .split("\n")
    .at(-1);
  await check("publint finds nothing to say about the package", () => {
    run("npx", ["publint", "--strict", join(folder, tarball)], { cwd: root });
  });
  run("mkdir", ["-p", project]);
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  writeClientPrograms(project);
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, tarball)], {
    cwd: project,
  });
  await check("a user does not get the project's own tools", () => {
    const installed = readdirSync(join(project, "node_modules"));
    const extra = installed.filter((name) => /^(node-|typescript|oxlint|kafkajs)/.test(name));
    if (extra.length > 0) throw new Error(`Installed as well: ${extra.join(", ")}`);
    const manifest = JSON.parse(readFileSync(join(project, "node_modules/millrace/package.json"), "utf8"));
    if (manifest.scripts?.install ?? manifest.scripts?.postinstall)
      throw new Error("There is an install script");
  });
  for (const major of [22, 24, 26]) {
    const node = nodeBinary(major);
    if (node === null) process.stdout.write(`skipped Node ${major}: npm has no binary, or is out of reach\n`);
    else await check(`the packed broker and client work on Node ${major}`, () => useIt(node, project));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
