import { AssertionError } from "../base/assert.ts";
import type { Broker } from "../broker/broker.ts";
import type { CloseReason, ConnectionLoad } from "../broker/counters/connection-counters.ts";
import type { Interceptor } from "../broker/interceptor.ts";
import type { Connection } from "../ports/network.ts";
import { readRequestHeader, responseHeaderVersion, type RequestHeader } from "../wire/kafka/headers.ts";
import { DecodeError, Reader } from "../wire/kafka/reader.ts";
import { answerTooNew } from "./apis/18-api-versions.ts";
import { apisByKey } from "./apis/index.ts";
import { FrameAssembler, FramingError } from "./frame-assembler.ts";
import { BufferPool } from "../base/buffer-pool.ts";
import type { KafkaApi, RequestContext, Respond } from "./kafka-api.ts";
import { RequestQueue } from "./request-queue.ts";
import { framedAnswer } from "./framed-answer.ts";
import { TurnTaking } from "./turn-taking.ts";

export interface KafkaConnectionOptions {
  readonly broker: Broker;
  readonly connection: Connection;
  readonly listenerName: string;
  readonly framePool: BufferPool;
  /** Null in a broker that nobody tests with. */
  readonly intercept: Interceptor | null;
  readonly onClosed: (reason: CloseReason) => void;
}

const PRODUCE_KEY = 0;
const API_VERSIONS_KEY = 18;
/** A connection that is never quite drained leaves the rest to the garbage collector. */
const UNSENT_PIECES_MAX = 256;

/**
 * One client's connection: bytes to frames to requests, answers in order.
 *
 * Every request passes through `begin`, so that is where authorisation, quotas and tracing belong.
 */
export class KafkaConnection implements ConnectionLoad {
  private readonly broker: Broker;
  private readonly connection: Connection;
  private readonly options: KafkaConnectionOptions;
  private readonly assembler: FrameAssembler;
  private readonly queue: RequestQueue;
  private readonly closed = new AbortController();
  private readonly inFlightBytesMax: number;
  private readonly inFlightRequestsMax: number;
  private readonly unsentBytesMax: number;
  private readonly busyPollUs: number;
  private readonly turns: TurnTaking;
  private isClosed = false;
  private isPaused = false;
  inFlightBytes = 0;
  /** Large pieces of answers that have not left yet. */
  private readonly unsent: Buffer[] = [];
  /** Monotonic; for `connections.max.idle.ms`. */
  lastActiveMs: number;

  constructor(options: KafkaConnectionOptions) {
    this.options = options;
    this.broker = options.broker;
    this.connection = options.connection;
    const { config, env } = this.broker;
    this.lastActiveMs = env.clock.monotonic();
    this.inFlightBytesMax = config.number("millrace.connection.inflight.bytes.max");
    this.inFlightRequestsMax = config.number("millrace.connection.inflight.requests.max");
    this.unsentBytesMax = config.number("millrace.connection.unsent.bytes.max");
    this.busyPollUs = config.number("millrace.busy.poll.us");
    this.turns = new TurnTaking(this.busyPollUs / 1_000);
    this.assembler = new FrameAssembler(
      config.number("socket.request.max.bytes"),
      options.framePool,
      (frame, isLent) => this.onFrame(frame, isLent),
    );
    this.queue = new RequestQueue({
      start: (frame, respond) => this.begin(frame, respond),
      send: (pieces) => this.send(pieces),
    });
    this.connection.start({
      keepsChunks: false,
      onData: (chunk) => this.onData(chunk),
      onDrain: () => this.onDrain(),
      onClose: () => this.onClose("peer"),
    });
  }

  /** True while a request of this connection is unanswered. */
  get isBusy(): boolean {
    return this.queue.startedCount > 0 || this.queue.waitingCount > 0;
  }

  get startedRequests(): number {
    return this.queue.startedCount;
  }

  get queuedRequests(): number {
    return this.queue.waitingCount;
  }

  get unsentBytes(): number {
    return this.connection.queuedBytes;
  }

  get isHeldBack(): boolean {
    return this.isPaused;
  }

  /** Hangs up; what was not answered never will be. */
  close(reason: CloseReason, detail: string = reason): void {
    if (this.isClosed) return;
    const { host, port } = this.connection.remoteAddress;
    this.broker.env.log.debug("Closing a connection", { peer: `${host}:${port}`, reason: detail });
    this.connection.destroy();
    this.onClose(reason);
  }

  private onClose(reason: CloseReason): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.queue.clear();
    this.closed.abort();
    this.options.onClosed(reason);
  }

  private onData(chunk: Buffer): void {
    if (this.isClosed) return;
    this.lastActiveMs = this.broker.env.clock.monotonic();
    const isOneRequest = chunk.length > 4 && chunk.readInt32BE(0) === chunk.length - 4;
    this.turns.received(this.lastActiveMs, isOneRequest && !this.isBusy);
    try {
      this.assembler.push(chunk);
    } catch (error) {
      this.fail(error);
    }
    this.balance();
  }

  private onFrame(frame: Buffer, isLent: boolean): void {
    if (this.isClosed) return;
    this.inFlightBytes += frame.length;
    const pipelines = frame.length >= 2 && frame.readInt16BE(0) === PRODUCE_KEY;
    // A Produce that starts now is done with its bytes before the chunk is read into again.
    const isDoneAtOnce = pipelines && this.options.intercept === null && this.queue.startsAtOnce(pipelines);
    this.queue.push({ frame: isLent && !isDoneAtOnce ? Buffer.from(frame) : frame, pipelines });
  }

  private send(pieces: Buffer[]): void {
    // An interceptor may have kept a piece, to send it again or to show it.
    if (this.options.intercept === null) this.noteUnsent(pieces);
    this.connection.write(pieces);
    if (this.turns.isTaken && this.turns.answered(this.broker.env.clock.monotonic())) {
      this.connection.expectSoon?.(this.busyPollUs);
    }
  }

  private noteUnsent(pieces: readonly Buffer[]): void {
    if (this.unsent.length > UNSENT_PIECES_MAX) this.unsent.length = 0;
    for (const piece of pieces) if (BufferPool.mayOwn(piece)) this.unsent.push(piece);
  }

  /** All answers have left: records that were read for them need their memory no more. */
  private onDrain(): void {
    for (const piece of this.unsent) this.broker.logs.giveBack(piece);
    this.unsent.length = 0;
    this.balance();
  }

  /** Reads on only while what is in flight, and what the peer has not read, stay within their bounds. */
  private balance(): void {
    if (this.isClosed) return;
    const isUnread = this.connection.queuedBytes > this.unsentBytesMax;
    if (isUnread) this.queue.hold();
    else this.queue.release();
    const requests = this.queue.startedCount + this.queue.waitingCount;
    const isFull = this.inFlightBytes > this.inFlightBytesMax || requests > this.inFlightRequestsMax;
    const mustPause = isUnread || isFull;
    if (mustPause === this.isPaused) return;
    this.isPaused = mustPause;
    if (mustPause) this.connection.pause();
    else this.connection.resume();
  }

  private begin(frame: Buffer, respond: (answer: Buffer[] | null) => void): void {
    const { length } = frame; // The frame itself must not live as long as its answer waits.
    try {
      const reader = new Reader(frame);
      const header = readRequestHeader(reader);
      const { apiVersion, correlationId } = header;
      const api = this.apiFor(header);
      if (api === null) {
        this.finish(length, respond, framedAnswer(correlationId, false, answerTooNew()));
        return;
      }
      const isCompact = responseHeaderVersion(api.message, apiVersion) === 1;
      const context = this.contextOf(header);
      const counters = this.broker.requests.of(api.message);
      counters.requests += 1;
      const { clock } = this.broker.env;
      const startedMs = clock.monotonic();
      const answer: Respond = (body) => {
        counters.durationSeconds.observe((clock.monotonic() - startedMs) / 1000);
        if (body === "close") this.close("answered", `${api.message.name} ends its connection`);
        else
          this.finish(length, respond, body === null ? null : framedAnswer(correlationId, isCompact, body));
      };
      const { intercept } = this.options;
      if (intercept === null) {
        const started = api.start(this.broker, reader, context, answer);
        if (started instanceof Promise) started.catch((error: unknown) => this.fail(error));
        else if (api.releasesFrame) this.options.framePool.give(frame);
        return;
      }
      const { message } = api;
      const { clientId, remoteAddress } = context;
      const request = { message, apiVersion, clientId, remoteAddress, body: frame.subarray(reader.position) };
      const serve = (next: Respond): void | Promise<void> => api.start(this.broker, reader, context, next);
      intercept(request, serve, answer)?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  private finish(
    frameBytes: number,
    respond: (answer: Buffer[] | null) => void,
    answer: Buffer[] | null,
  ): void {
    if (this.isClosed) return;
    this.inFlightBytes -= frameBytes;
    respond(answer);
    if (this.isPaused || this.connection.queuedBytes > this.unsentBytesMax) this.balance();
  }

  /** Null for an ApiVersions that is newer than ours, which must be answered all the same (KIP-511). */
  private apiFor({ apiKey, apiVersion }: RequestHeader): KafkaApi | null {
    const api = apisByKey.get(apiKey);
    if (api === undefined) throw new DecodeError(`API key ${apiKey} is not served here`);
    if (apiVersion >= api.served.min && apiVersion <= api.served.max) return api;
    if (apiKey === API_VERSIONS_KEY) return null;
    throw new DecodeError(`${api.message.name} version ${apiVersion} is not served`);
  }

  private contextOf(header: RequestHeader): RequestContext {
    return {
      apiVersion: header.apiVersion,
      clientId: header.clientId ?? "",
      principal: "User:ANONYMOUS",
      listenerName: this.options.listenerName,
      localAddress: this.connection.localAddress,
      remoteAddress: this.connection.remoteAddress,
      closed: this.closed.signal,
    };
  }

  /** Bytes that are no request end the connection, as in Kafka; a broken invariant ends the broker. */
  private fail(error: unknown): void {
    if (error instanceof AssertionError) this.broker.fail(error);
    const isMalformed = error instanceof FramingError || error instanceof DecodeError;
    if (!isMalformed) {
      this.broker.env.log.error("A request failed", { error: String(error), stack: (error as Error).stack });
    }
    this.close(isMalformed ? "malformed" : "failed", error instanceof Error ? error.message : String(error));
  }
}
