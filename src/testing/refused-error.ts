/** It cannot be done as things are; the message says why, and what to do first. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RefusedError";
  }
}
