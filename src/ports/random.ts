/** The only source of randomness. Seeded in `sim/`, cryptographic in `io/`. */
export interface Random {
  /** A whole number in [0, bound); `bound` is 1 to 2^32. */
  below(bound: number): number;
  /** `count` random bytes. */
  bytes(count: number): Buffer;
}
