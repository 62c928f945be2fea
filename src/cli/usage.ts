import { InvalidArgumentError } from "commander";
import type { SocketAddress } from "../ports/network.ts";

/** The command line asks for what cannot be: exit code 2, and a pointer to `--help`. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** An option's value as a whole number of at least `min`. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${min}.`);
  };
}

/** For options that may be repeated: gathers the values in order. */
export function gathered(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** `key=value` options as one object; a later one wins. The value may hold further equals signs. */
export function keyValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError(`Expected KEY=VALUE, got "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

/** `HOST:PORT`, `:PORT`, `HOST` or `[IPv6]:PORT`; what is left out comes from `fallback`. */
export function parseAddress(text: string, fallback: SocketAddress): SocketAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text.trim());
  const port = match?.[3] === undefined ? fallback.port : Number(match[3]);
  if (match === null || port > 65_535) throw new UsageError(`Expected HOST:PORT, got "${text}"`);
  const host = match[1] ?? match[2] ?? "";
  return { host: host === "" ? fallback.host : host, port };
}

/** `HOST:PORT,HOST:PORT`; the port may be left out. */
export function parseAddresses(text: string, fallback: SocketAddress): SocketAddress[] {
  return text.split(",").map((part) => parseAddress(part, fallback));
}
