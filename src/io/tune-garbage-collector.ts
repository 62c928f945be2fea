import { setFlagsFromString } from "node:v8";

const SINCE_NODE = 24;

/**
 * Lets buffers count as a part of the heap's growth, not against a fixed small allowance of their own.
 *
 * Every chunk that a socket reads is memory outside the heap. With the engine's default it starts a full
 * collection every twenty or so megabytes, dozens a second under load, each of which delays answers. Measured
 * with 100-byte records: half as many collections, a quarter less processor time, 30 MB more memory. Node 22
 * has no such flag.
 */
export function tuneGarbageCollector(): void {
  if (Number(process.versions.node.split(".")[0]) < SINCE_NODE) return;
  setFlagsFromString("--external-memory-accounted-in-global-limit");
}

const GROWTH = "--semi-space-growth-factor";
const ENGINE_GROWTH = 2;

/**
 * Keeps the young generation at its first size until the returned function is called: for the time in which a
 * broker reads its logs.
 *
 * What is read then stays, and the engine takes what survives for a reason to make the young generation larger, up
 * to 64 MB with ten thousand partitions, which it does not give back for as long as the broker is idle. Under load it
 * may grow as ever. Measured with that many: 160 MB in place of 220 after the start, which takes no longer.
 */
export function holdYoungGeneration(): () => void {
  setFlagsFromString(`${GROWTH}=1`);
  return () => setFlagsFromString(`${GROWTH}=${ENGINE_GROWTH}`);
}
