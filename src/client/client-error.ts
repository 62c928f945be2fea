import { isRetriable, type ErrorName } from "../tables/errors.ts";

/** The broker refused, by the protocol's own name. */
export class KafkaError extends Error {
  /** Kafka's name of the error, "UNKNOWN_TOPIC_OR_PARTITION" for instance. */
  readonly code: ErrorName;
  /** What was tried, "create topic "orders"" for instance. */
  readonly action: string;

  constructor(action: string, code: ErrorName, detail: string | null = null) {
    super(`Cannot ${action}: ${code}${detail === null || detail === "" ? "" : ` (${detail})`}`);
    this.name = "KafkaError";
    this.code = code;
    this.action = action;
  }

  /** Whether the same may succeed later, without anything being changed. */
  get isRetriable(): boolean {
    return isRetriable(this.code);
  }
}

/**
 * What went wrong on this side of the wire.
 * - `closed`: the connection ended while an answer was due; the request may have been carried out.
 * - `timeout`: no answer in time; the same holds.
 * - `unsupported`: the broker has no version of the API that this client has.
 * - `unreachable`: no broker answers on any address that is known.
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

  /** Whether the same may succeed later, without anything being changed. */
  get isRetriable(): boolean {
    return this.kind === "closed" || this.kind === "timeout" || this.kind === "unreachable";
  }
}

/** What was caught, as an error that may be kept and thrown later. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new ClientError("invalid", String(caught));
}
