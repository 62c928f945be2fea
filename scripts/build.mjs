/*
 * Sources to JavaScript and types in dist/. `npm pack` and `npm publish` call it with all checks. `npm start` calls it with
 * --if-stale: without checks, and only when a source has changed, because compiled code starts faster and needs less memory
 * than sources that Node strips at every start.
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
  for (const name of ["tsconfig.json", "tsconfig.build.json", "package-lock.json"])
    sources.push(`../${name}`);
  for (const name of sources.sort()) {
    const { size, mtimeMs } = statSync(`${root}src/${name}`);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function compile() {
  // Beside dist/ first: a broker that runs from there may still want to read a file of it.
  const fresh = `${root}.cache/dist-${process.pid}`;
  const args = ["-p", "tsconfig.build.json", "--outDir", fresh, ...(isQuick ? ["--noCheck"] : [])];
  const result = spawnSync("tsc", args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(result.status ?? 1);
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
