/*
 * Runs before `npm start`, `npm test` and `npm run millrace`, on whatever Node the machine has (18 or newer):
 * installs what is missing, says nothing when there is nothing to do. The Node that the project itself uses
 * is one of the packages that this installs (see toolchain/package.json).
 */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function readJson(path) {
  return existsSync(root + path) ? JSON.parse(readFileSync(root + path, "utf8")) : null;
}

/**
 * What differs between the lock file and node_modules. Versions are compared, not file times: a fresh
 * checkout or a copied folder has times that mean nothing. Packages of other platforms may be absent.
 */
function missingPackages() {
  const wanted = readJson("package-lock.json")?.packages ?? {};
  const present = readJson("node_modules/.package-lock.json")?.packages ?? {};
  return Object.entries(wanted)
    .filter(([path, entry]) => path.startsWith("node_modules/") && entry.link !== true)
    .filter(([path, entry]) => {
      const found = present[path];
      return found === undefined ? entry.optional !== true : found.version !== entry.version;
    })
    .map(([path]) => path.slice("node_modules/".length));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function install() {
  process.stderr.write("Millrace: installing what is missing (npm ci), once ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--prefer-offline", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.status === 0) return;
  const output = result.stderr ?? String(result.error);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED/.test(output)) {
    fail(`${output}\nMillrace: cannot reach the npm registry. Connect once, run \`npm ci\`, then try again.`);
  }
  fail(
    `${output}\nMillrace: \`npm ci\` failed. Node here is ${process.version}; 18 or newer is needed to install.`,
  );
}

/** The binary from npm is used where there is one; elsewhere the machine's own Node must be new enough. */
function checkNode() {
  if (existsSync(`${root}node_modules/.bin/node`) || existsSync(`${root}node_modules/.bin/node.cmd`)) return;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isSupported = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26;
  if (!isSupported) {
    fail(
      `Millrace: npm has no Node for ${process.platform}-${process.arch}; install Node 22.18, 24.11 or 26.`,
    );
  }
}

const missing = missingPackages();
if (missing.length > 0) {
  const isLink = existsSync(`${root}node_modules`) && lstatSync(`${root}node_modules`).isSymbolicLink();
  // A linked node_modules belongs to another checkout: `npm ci` here would empty it under that one's feet.
  if (isLink)
    process.stderr.write(`Millrace: node_modules is a link and lacks ${missing.slice(0, 5).join(", ")}\n`);
  else install();
}
checkNode();
