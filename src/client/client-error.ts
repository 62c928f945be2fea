import type { ErrorName } from "../tables/errors.ts";

/** The broker refused, by the protocol's own name. `code` is that name. */
export class KafkaError extends Error {
  readonly code: ErrorName;

  constructor(action: string, code: ErrorName, detail: string | null = null) {
    super(`Cannot ${action}: ${code}${detail === null || detail === "" ? "" : ` (${detail})`}`);
    this.name = "KafkaError";
    this.code = code;
  }
}

/**
 * What went wrong on this side of the wire.
 * - `closed`: the connection ended while an answer was due; the request may have been carried out.
 * - `timeout`: no answer in time; the same holds.
 * - `unsupported`: the broker has no version of the API that this client has.
 * - `unreachable`: no broker answered within the time for retries.
 * - `ended`: the client was closed by its owner.
 * - `invalid`: the caller asked for what cannot be.
 */
export type ClientErrorKind = "closed" | "timeout" | "unsupported" | "unreachable" | "ended" | "invalid";

export class ClientError extends Error {
  readonly kind: ClientErrorKind;

  constructor(kind: ClientErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ClientError";
    this.kind = kind;
  }
}

/** What was caught, as an error that may be kept and thrown later. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new ClientError("invalid", String(caught));
}
