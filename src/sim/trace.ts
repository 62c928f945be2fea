/** One line of what a simulated program did: when (virtual ms), what, to what, with which numbers. */
export type TraceListener = (line: string) => void;

/**
 * A rolling hash over every call that simulated programs make on their Env. Two runs of one seed must end with the
 * same hash; when they do not, something outside the Env (a clock, the order of a Set of objects, real input or
 * output) has leaked in.
 */
export class Trace {
  #low = 0x811c9dc5;
  #high = 0x01234567;
  #count = 0;
  readonly #now: () => number;
  readonly #hashes = new Map<string, number>();
  listener: TraceListener | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  get count(): number {
    return this.#count;
  }

  get hash(): string {
    const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }

  note(kind: string, subject: string, first = 0, second = 0): void {
    const timeMs = this.#now();
    this.#count += 1;
    this.#mix(Math.floor(timeMs * 1000));
    this.#mix(this.#hashOf(kind));
    this.#mix(this.#hashOf(subject));
    this.#mix(first);
    this.#mix(second);
    this.listener?.(`${timeMs.toFixed(3).padStart(12)} ${kind} ${subject} ${first} ${second}`);
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ (value | 0), 0x01000193) ^ (this.#low >>> 15);
    this.#high = Math.imul(this.#high ^ this.#low, 0x85ebca6b) ^ (this.#high >>> 13);
  }

  #hashOf(text: string): number {
    const known = this.#hashes.get(text);
    if (known !== undefined) return known;
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.#hashes.set(text, hash);
    return hash;
  }
}
