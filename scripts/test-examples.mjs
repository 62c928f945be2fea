/*
 * The examples as a user has them: each in a folder of its own, with the packed tarball, on every Node that the package
 * promises. What the examples need beside it comes from their registries; an example in a language that this machine
 * lacks is skipped, with the reason.
 *   node scripts/test-examples.mjs [NAME]...   (default: all)
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeBinary } from "./node-binary.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "millrace-examples-"));
let failed = 0;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: 300_000, ...options });
  return { isFine: result.status === 0, output: `${result.stdout}\n${result.stderr}` };
}

/** The package itself is the tarball, whatever version the example asks for. */
function install(project, tarball) {
  const { devDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  const others = Object.entries(devDependencies).filter(([name]) => name !== "millrace");
  const wanted = others.map(([name, range]) => `${name}@${range}`);
  return run(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline", tarball, ...wanted],
    {
      cwd: project,
    },
  );
}

/** An environment of its own for Python, the modules for Go: each the command, and what to say when it fails. */
function languageSteps(project) {
  if (existsSync(join(project, "requirements.txt"))) {
    const pip = join(project, ".venv/bin/pip");
    return [
      ["python3", ["-m", "venv", ".venv"], "there is no Python with venv"],
      [pip, ["install", "--quiet", "-r", "requirements.txt"], "pip cannot install what it needs"],
    ];
  }
  if (existsSync(join(project, "go.mod"))) {
    return [
      ["go", ["version"], "there is no Go"],
      ["go", ["mod", "download"], "Go cannot download its modules"],
    ];
  }
  return [];
}

/** Why the language of an example is not at hand; null when it is. */
function lackingLanguage(project) {
  for (const [command, args, lacking] of languageSteps(project)) {
    if (!run(command, args, { cwd: project }).isFine) return lacking;
  }
  return null;
}

function report(title, { isFine, output }) {
  process.stdout.write(`${isFine ? "ok     " : "FAILED "} ${title}\n${isFine ? "" : `${output}\n`}`);
  if (!isFine) failed += 1;
}

try {
  const packed = run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  if (!packed.isFine) throw new Error(packed.output);
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".tgz")),
  );
  const wanted = process.argv.slice(2);
  for (const example of readdirSync(join(root, "examples"))) {
    if (wanted.length > 0 && !wanted.includes(example)) continue;
    const project = join(folder, example);
    cpSync(join(root, "examples", example), project, { recursive: true });
    const installed = install(project, tarball);
    if (!installed.isFine) {
      report(`${example} installs`, installed);
      continue;
    }
    const lacking = lackingLanguage(project);
    if (lacking !== null) {
      process.stdout.write(`skipped ${example}: ${lacking}\n`);
      continue;
    }
    for (const major of [22, 24, 26]) {
      const node = nodeBinary(major);
      if (node === null) {
        process.stdout.write(`skipped ${example} on Node ${major}: npm has no binary, or is out of reach\n`);
        continue;
      }
      const folders = [join(project, ".venv/bin"), dirname(node), process.env.PATH];
      const env = { ...process.env, PATH: folders.join(delimiter) };
      report(`${example} on Node ${major}`, run("npm", ["test"], { cwd: project, env }));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
