import type { Broker } from "../broker/broker.ts";
import type { SocketAddress } from "../ports/network.ts";
import type { Reader } from "../wire/kafka/reader.ts";
import {
  decodeRequest,
  encodeResponse,
  type Message,
  type RequestOf,
  type ResponseInput,
} from "../wire/kafka/schema.ts";
import { Writer } from "../wire/kafka/writer.ts";
import { eachErrorCode } from "./error-codes.ts";

/** Who asks, and how: what a handler may know about a request beside its body. */
export interface RequestContext {
  readonly apiVersion: number;
  /** "" when the client sent none, as Kafka counts it. */
  readonly clientId: string;
  /** `User:ANONYMOUS` until security lands; every request already carries it. */
  readonly principal: string;
  readonly listenerName: string;
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  /** Aborts when the connection is gone: whatever waits for this request may stop. */
  readonly closed: AbortSignal;
}

/**
 * Ends a request: the body's pieces; `null` when the protocol has no answer (acks=0); or "close" when
 * the protocol's answer is to hang up.
 */
export type Respond = (body: Buffer[] | null | "close") => void;

/** Both inclusive. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** One API as the dispatcher sees it. */
export interface KafkaApi {
  readonly message: Message;
  /** What ApiVersions says, or null when it says nothing. Wider than `served` for Produce (KAFKA-18659). */
  readonly advertised: VersionRange | null;
  readonly served: VersionRange;
  /** When `start` has returned without a promise, nothing refers to the request's bytes any more. */
  readonly releasesFrame: boolean;
  /**
   * Reads the request and answers it by calling `respond` once, now or later.
   *
   * @throws DecodeError when the body is not what the version says: the connection is closed.
   */
  start(broker: Broker, reader: Reader, context: RequestContext, respond: Respond): void | Promise<void>;
}

export interface KafkaApiOptions {
  /** Lowest version that ApiVersions names, when it is not the lowest served. */
  readonly advertisedMin?: number;
  /** Highest version served, when the table knows newer ones. */
  readonly servedMax?: number;
  /** Served but not named by ApiVersions. */
  readonly hidden?: boolean;
  /** See `KafkaApi.releasesFrame`. */
  readonly releasesFrame?: boolean;
}

type Handle<M extends Message> = (
  broker: Broker,
  request: RequestOf<M>,
  context: RequestContext,
) => ResponseInput<M> | Promise<ResponseInput<M>>;

function rangesOf(
  message: Message,
  options: KafkaApiOptions,
): Pick<KafkaApi, "advertised" | "served" | "releasesFrame"> {
  const min = message.versions[0];
  const max = options.servedMax ?? message.versions[1];
  const advertised = options.hidden === true ? null : { min: options.advertisedMin ?? min, max };
  return { advertised, served: { min, max }, releasesFrame: options.releasesFrame ?? false };
}

/** An API whose request and response go through the tables: all but the hot path. */
export function kafkaApi<M extends Message>(
  message: M,
  handle: Handle<M>,
  options: KafkaApiOptions = {},
): KafkaApi {
  const answer = (broker: Broker, version: number, response: ResponseInput<M>): Buffer[] => {
    eachErrorCode(message, response, (code) => broker.requests.of(message).countError(code));
    const writer = new Writer();
    encodeResponse(message, version, writer, response);
    return writer.finish();
  };
  return {
    message,
    ...rangesOf(message, options),
    start(broker, reader, context, respond) {
      const version = context.apiVersion;
      const response = handle(broker, decodeRequest(message, version, reader), context);
      if (!(response instanceof Promise)) {
        respond(answer(broker, version, response));
        return;
      }
      return response.then((settled) => respond(answer(broker, version, settled)));
    },
  };
}

/** An API that reads and writes the bytes itself: the hot path. */
export function rawKafkaApi(
  message: Message,
  start: KafkaApi["start"],
  options: KafkaApiOptions = {},
): KafkaApi {
  return { message, ...rangesOf(message, options), start };
}
