import { readFileSync } from "node:fs";
import type { Entry } from "./entry.ts";

/** Checkpoints, `meta.properties` and the like are text already: a line is an entry. */
export function* dumpCheckpoint(path: string): Generator<Entry> {
  for (const line of readFileSync(path, "utf8").split("\n")) if (line !== "") yield { line };
}
