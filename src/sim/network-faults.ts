/** What goes wrong on the links of a simulated network. Probabilities are per delivered piece. */
export interface NetworkFaults {
  /** Longest usual one-way delay. */
  latencyMs: number;
  /** A piece that waits `stallMs` (and all behind it in its connection). */
  stall: number;
  stallMs: number;
  /** The connection is reset instead of delivering the piece: a frame may be cut in the middle. */
  reset: number;
  /** A piece is split at random places, down to single bytes. */
  fragment: number;
  /** Bytes under way on one direction of one connection before the sender is held back. */
  windowBytes: number;
}

export function noNetworkFaults(): NetworkFaults {
  return { latencyMs: 1, stall: 0, stallMs: 2000, reset: 0, fragment: 0, windowBytes: 64 * 1024 };
}
