import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Path of a Node of this major version, from npm, in a folder of its own below .cache: all of these packages
 * claim the command `node`, so they cannot share a node_modules. Null when npm cannot give it (offline, or no
 * package for this platform).
 */
export function nodeBinary(major) {
  const own = process.version.startsWith(`v${major}.`);
  if (own) return process.execPath;
  const folder = `${root}.cache/node-${major}`;
  const name = `node-${process.platform}-${process.arch}`;
  const binary = `${folder}/node_modules/${name}/bin/node`;
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline", `${name}@${major}`];
  const result = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (result.status !== 0) process.stderr.write(result.stderr ?? String(result.error));
  return existsSync(binary) ? binary : null;
}
