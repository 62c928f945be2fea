/*
 * The platform's own timers and clocks, taken hold of when this module loads. A broker may run inside a test whose
 * framework replaces the global ones (Vitest's and Jest's fake timers); its own must go on all the same.
 */
export { clearTimeout, setImmediate, setTimeout } from "node:timers";

export const nextTick = process.nextTick.bind(process);

const { now } = Date;
const real = performance.now.bind(performance);

/** Whole milliseconds since the Unix epoch. */
export const wallMs = (): number => now();

/** Milliseconds with a fraction, from an arbitrary start; never goes back. */
export const monotonicMs = (): number => real();
