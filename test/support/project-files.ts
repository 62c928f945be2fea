import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

/** A folder under `.cache/`, made if absent: what is fetched or built once and used by later runs. */
export function cacheFolder(name: string): string {
  const folder = join(projectRoot, ".cache", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A fresh folder outside the project; whoever asks for it removes it. */
export function scratchFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `millrace-${name}-`));
}
