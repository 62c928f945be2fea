import type { SocketAddress } from "../ports/network.ts";
import type { Message } from "../wire/kafka/schema.ts";

/** The pieces of an answer's body; null where the protocol has none; "close" hangs up. */
export type InterceptedAnswer = Buffer[] | null | "close";

/** A request that has arrived whole and has not been served. */
export interface InterceptedRequest {
  readonly message: Message;
  readonly apiVersion: number;
  readonly clientId: string;
  readonly remoteAddress: SocketAddress;
  /** What follows the header; it stays as it is for as long as anybody looks at it. */
  readonly body: Buffer;
}

/**
 * Stands before every request of a listener. It either calls `serve`, which carries the request out and hands over
 * the answer, or does not; and it calls `respond` once, now or later. Requests of one connection are begun in their
 * order and answered in their order, whatever it does.
 */
export type Interceptor = (
  request: InterceptedRequest,
  serve: (respond: (answer: InterceptedAnswer) => void) => void | Promise<void>,
  respond: (answer: InterceptedAnswer) => void,
) => void | Promise<void>;
