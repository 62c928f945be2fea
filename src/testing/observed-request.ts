import type { InterceptedAnswer, InterceptedRequest } from "../broker/interceptor.ts";
import { errorName, type ErrorName } from "../tables/errors.ts";
import { Reader } from "../wire/kafka/reader.ts";
import { decodeRequest, decodeResponse } from "../wire/kafka/schema.ts";

/** A decoded request or answer, with Kafka's field names in camel case. */
export type Body = Readonly<Record<string, unknown>>;

/**
 * What became of a request: `pending`, or `answered` by the broker; `refused` by a fault without being carried out;
 * `lost`: carried out, and the connection broken before the answer; `disconnected` before it was carried out.
 */
export type Outcome = "pending" | "answered" | "refused" | "lost" | "disconnected";

/** One request that a client made, as `broker.requests()` tells it. Bodies are decoded when they are looked at. */
export class ObservedRequest {
  /** When it arrived, in ms since 1970 by the broker's clock. */
  readonly atMs: number;
  /** Kafka's name of the API, such as `Produce`. */
  readonly api: string;
  readonly apiVersion: number;
  /** "" when the client sent none. */
  readonly clientId: string;
  outcome: Outcome = "pending";
  /** When the broker was done with it, in ms since 1970; null while it is pending. */
  doneAtMs: number | null = null;
  /** Its place among all requests, from 1. */
  readonly sequence: number;
  readonly #request: InterceptedRequest;
  #requestBody: Body | undefined;
  #answer: Buffer[] | null = null;

  constructor(request: InterceptedRequest, at: { readonly atMs: number; readonly sequence: number }) {
    this.#request = request;
    this.atMs = at.atMs;
    this.sequence = at.sequence;
    this.api = request.message.name;
    this.apiVersion = request.apiVersion;
    this.clientId = request.clientId;
  }

  /** What was asked. */
  get request(): Body {
    const { message, apiVersion, body } = this.#request;
    this.#requestBody ??= decodeRequest(message, apiVersion, new Reader(body)) as Body;
    return this.#requestBody;
  }

  /** What it got: null while it is pending, and where the protocol has no answer (Produce with acks=0). */
  get answer(): Body | null {
    if (this.#answer === null) return null;
    const { message, apiVersion } = this.#request;
    return decodeResponse(message, apiVersion, new Reader(Buffer.concat(this.#answer))) as Body;
  }

  /** The errors in its answer, each once. */
  get errors(): ErrorName[] {
    const codes = new Set<number>();
    collectErrors(this.answer, codes);
    return [...codes].map(errorName);
  }

  /** One line for people. */
  toString(): string {
    const errors = this.errors.length === 0 ? "" : `, ${this.errors.join(", ")}`;
    const time = new Date(this.atMs).toISOString().slice(11, 23);
    return `#${this.sequence} ${time} ${this.api} v${this.apiVersion} from "${this.clientId}": ${this.outcome}${errors}`;
  }

  /** What it and its answer hold in memory. @internal */
  get sizeBytes(): number {
    return this.#request.body.length + (this.#answer?.[0]?.length ?? 0);
  }

  /** @internal */
  settle(outcome: Outcome, atMs: number, answer: InterceptedAnswer): void {
    this.outcome = outcome;
    this.doneAtMs = atMs;
    // An answer may share memory with the log's own; a Fetch is copied so that nothing is held back from it.
    if (Array.isArray(answer)) this.#answer = [Buffer.concat(answer)];
  }
}

function collectErrors(node: unknown, codes: Set<number>): void {
  if (Buffer.isBuffer(node) || node === null || typeof node !== "object") return;
  for (const [name, value] of Object.entries(node)) {
    if (name === "errorCode" && typeof value === "number" && value !== 0) codes.add(value);
    else collectErrors(value, codes);
  }
}
