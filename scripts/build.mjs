/*
 * Sources to JavaScript and types in dist/. `npm pack` and `npm publish` call it with all checks. `npm start` calls it with
 * --if-stale: only when a source has changed, and without the types.
 *
 * The JavaScript is bundled, because a broker of 400 modules starts a third slower and takes 15 MB more than one of a few;
 * what a verb alone needs stays in files of its own, which are read when the verb is used.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;
const fingerprintFile = `${root}.cache/dist-fingerprint`;
const isQuick = process.argv.includes("--if-stale");

/** Names, sizes and times of all that is compiled: cheaper than reading it, and good enough on one machine. */
function fingerprint() {
  const hash = createHash("sha256");
  const sources = readdirSync(`${root}src`, { recursive: true }).filter((name) => name.endsWith(".ts"));
  const others = [
    "tsconfig.json",
    "tsconfig.build.json",
    "package.json",
    "package-lock.json",
    "scripts/build.mjs",
  ];
  for (const name of others) sources.push(`../${name}`);
  for (const name of sources.sort()) {
    const { size, mtimeMs } = statSync(`${root}src/${name}`);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function run(command, args) {
  const shell = process.platform === "win32";
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell });
  return status === 0;
}

/** Sources of the program and of every module that the package exports, by the kind of module that they become. */
function entryPoints() {
  const { bin, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const targets = Object.values(exports);
  const sources = (files) =>
    files
      .filter((file) => file?.startsWith("./dist/"))
      .map((file) => file.replace(/^\.\/dist/, "src").replace(/\.([cm]?)js$/, ".$1ts"));
  return {
    modules: sources([`./${bin.millrace}`, ...targets.map((target) => target.default)]),
    scripts: sources(targets.map((target) => target.require)),
  };
}

function compile() {
  // Beside dist/ first: a broker that runs from there may still want to read a file of it.
  const fresh = `${root}.cache/dist-${process.pid}`;
  const { modules, scripts } = entryPoints();
  const isDone =
    (isQuick || run("tsc", ["-p", "tsconfig.build.json", "--outDir", fresh])) &&
    run("esbuild", [
      ...modules,
      "--bundle",
      "--splitting",
      "--format=esm",
      "--platform=node",
      "--target=node22",
      "--packages=external",
      // Beside the program, so that paths relative to a module are right in every piece.
      "--chunk-names=cli/[name]-[hash]",
      "--outbase=src",
      `--outdir=${fresh}`,
      "--sourcemap=linked",
      "--sources-content=false",
      "--log-level=warning",
    ]) &&
    // What `require` loads only hands on to the modules.
    run("esbuild", [
      ...scripts,
      "--format=cjs",
      "--outbase=src",
      `--outdir=${fresh}`,
      "--out-extension:.js=.cjs",
      "--log-level=warning",
    ]);
  if (!isDone) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(1);
  }
  chmodSync(`${fresh}/cli/main.js`, 0o755);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

mkdirSync(`${root}.cache`, { recursive: true });
const current = fingerprint();
const isFresh =
  existsSync(`${dist}/cli/main.js`) &&
  existsSync(fingerprintFile) &&
  readFileSync(fingerprintFile, "utf8") === current;
if (!isQuick || !isFresh) {
  if (isQuick) process.stderr.write("Millrace: compiling, as the sources have changed ...\n");
  compile();
  writeFileSync(fingerprintFile, current);
}
