import { randomBytes, randomInt } from "node:crypto";
import type { Random } from "../ports/random.ts";

/** Cryptographic randomness: ids and member names must not be guessable. */
export function realRandom(): Random {
  return {
    below: (bound) => randomInt(bound),
    bytes: (count) => randomBytes(count),
  };
}
