/** Stops on a broken invariant: a bug of ours, never bad input. The message states what should hold. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new AssertionError(invariant);
}

export class AssertionError extends Error {
  constructor(invariant: string) {
    super(`Broken invariant: ${invariant}`);
    this.name = "AssertionError";
  }
}
