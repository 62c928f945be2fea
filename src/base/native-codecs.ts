import { createRequire } from "node:module";
import type * as Lz4 from "lz4-napi";
import type * as Snappy from "snappy";

/*
 * Codecs in machine code, loaded by the first batch that needs them: together they take 7 MB and 15 ms, and most
 * brokers see one of them at most. `require`, because the answer is wanted within the same turn.
 */
const require = createRequire(import.meta.url);
let loadedLz4: typeof Lz4 | undefined;
let loadedSnappy: typeof Snappy | undefined;

export function lz4(): typeof Lz4 {
  return (loadedLz4 ??= require("lz4-napi") as typeof Lz4);
}

export function snappy(): typeof Snappy {
  return (loadedSnappy ??= require("snappy") as typeof Snappy);
}
