import type { Connection } from "../../ports/network.ts";
import { readResponseHeader } from "../../wire/kafka/headers.ts";
import { Reader } from "../../wire/kafka/reader.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ClientMetrics } from "./client-metrics.ts";
import type { ClientEnv, KafkaConnectionOptions } from "./connection-options.ts";
import { publish } from "../diagnostics.ts";
import { foreignPeer } from "./foreign-peer.ts";
import { FrameSplitter } from "./frame-splitter.ts";

const RESPONSE_BYTES_MAX = 512 * 1024 * 1024;
const SIZE_BYTES = 4;

/** A request as it goes over the wire. */
export interface OutgoingRequest {
  readonly apiName: string;
  readonly apiVersion: number;
  readonly correlationId: number;
  /** The whole frame, with its size. */
  readonly frame: readonly Buffer[];
  readonly sizeBytes: number;
  /** Null: the broker does not answer, so the call is over once the request has left for the network. */
  readonly responseHeaderVersion: 0 | 1 | null;
  /** Milliseconds that the broker may hold the answer back on purpose. */
  readonly heldMs: number;
}

interface Call {
  readonly request: OutgoingRequest;
  sentMs: number;
  resolve(body: Reader): void;
  reject(error: Error): void;
}

const NO_BODY = new Reader(Buffer.alloc(0));

/**
 * The requests on one connection. They leave in the order of the calls, as many as may be in flight at once, and a
 * broker answers in that order too. Any breach (closed, timed out, answer out of turn) ends the connection and fails
 * all that still wait.
 */
export class RequestPipeline {
  private readonly env: ClientEnv;
  private readonly connection: Connection;
  private readonly options: KafkaConnectionOptions;
  private readonly metrics: ClientMetrics;
  private readonly splitter = new FrameSplitter(RESPONSE_BYTES_MAX);
  private readonly sent = new Map<number, Call>(); // Waits for its answer, by correlation id, oldest first.
  private queue: Call[] = []; // Waits until there is room in flight.
  private leaving: Call[] = []; // Will not be answered: over when their bytes, which must not change before, have left.
  private bytesInFlight = 0;
  private timer: { cancel(): void } | null = null;
  private timerAtMs = Infinity;
  private mutedUntilMs = 0;
  private usedMs: number;
  private hasReceived = false;
  private failure: Error | null = null;
  private readonly ended = Promise.withResolvers<void>();

  constructor(
    env: ClientEnv,
    connection: Connection,
    ...[options, metrics]: [KafkaConnectionOptions, ClientMetrics]
  ) {
    this.env = env;
    this.connection = connection;
    this.options = options;
    this.metrics = metrics;
    this.usedMs = env.clock.monotonic();
    metrics.connections += 1;
    metrics.connectionsOpened += 1;
    publish("connection.open", () => ({ clientId: options.clientId, address: this.peer }));
    connection.start({
      keepsChunks: false, // They are copied into frames: memory that is read into again is cheaper than fresh one.
      onData: (chunk) => this.receive(chunk),
      onDrain: () => this.drained(),
      onClose: (error) => this.lost(error),
    });
    this.wakeAt(this.usedMs + options.connectionsMaxIdleMs);
  }

  get isOpen(): boolean {
    return this.failure === null;
  }

  /** Resolves when the connection has ended, whatever the reason. */
  get whenEnded(): Promise<void> {
    return this.ended.promise;
  }

  get peer(): string {
    return `${this.connection.remoteAddress.host}:${this.connection.remoteAddress.port}`;
  }

  /**
   * Sends a request, once there is room for it, and waits for the body of its answer.
   * @throws ClientError when no answer comes in time, or the connection ends first.
   */
  call(request: OutgoingRequest): Promise<Reader> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(this.failure);
        return;
      }
      const call: Call = { request, sentMs: 0, resolve, reject };
      if (this.queue.length === 0 && this.hasRoomFor(call)) {
        this.transmit(call);
      } else {
        this.queue.push(call);
        this.metrics.requestsWaiting += 1;
      }
    });
  }

  private hasRoomFor(call: Call): boolean {
    const { maxInFlightRequests, maxInFlightBytes } = this.options;
    if (this.mutedUntilMs > 0 && this.mutedUntilMs > this.env.clock.monotonic()) return false;
    if (this.connection.queuedBytes > maxInFlightBytes || this.sent.size >= maxInFlightRequests) return false;
    return this.bytesInFlight === 0 || this.bytesInFlight + call.request.sizeBytes <= maxInFlightBytes;
  }

  private transmit(call: Call): void {
    call.sentMs = this.env.clock.monotonic();
    this.usedMs = call.sentMs;
    this.metrics.requestsSent += 1;
    this.metrics.bytesSent += call.request.sizeBytes;
    this.connection.write(call.request.frame);
    if (call.request.responseHeaderVersion === null) {
      this.leaving.push(call);
      this.wakeAt(this.deadlineOf(call));
      return;
    }
    this.sent.set(call.request.correlationId, call);
    this.bytesInFlight += call.request.sizeBytes;
    this.metrics.requestsInFlight += 1;
    this.metrics.bytesInFlight += call.request.sizeBytes;
    this.wakeAt(this.deadlineOf(call));
  }

  private drained(): void {
    const { leaving } = this;
    this.leaving = [];
    for (const call of leaving) call.resolve(NO_BODY);
    this.pump();
  }

  private pump(): void {
    let taken = 0;
    while (taken < this.queue.length && this.hasRoomFor(this.queue[taken]!)) {
      this.transmit(this.queue[taken]!);
      taken += 1;
    }
    if (taken === 0) return;
    this.queue = this.queue.slice(taken);
    this.metrics.requestsWaiting -= taken;
  }

  /** Sends nothing for so long: the broker has said that this client is over its quota. */
  mute(durationMs: number): void {
    // No longer than a request may take, so that nothing waits without bound.
    const waitMs = Math.min(durationMs, this.options.requestTimeoutMs);
    this.metrics.throttledMs += waitMs;
    this.mutedUntilMs = Math.max(this.mutedUntilMs, this.env.clock.monotonic() + waitMs);
    this.wakeAt(this.mutedUntilMs);
  }

  private receive(chunk: Buffer): void {
    try {
      if (!this.hasReceived) this.refuseForeigner(chunk);
      this.hasReceived = true;
      this.metrics.bytesReceived += chunk.length;
      for (const frame of this.splitter.push(chunk)) this.settle(frame);
    } catch (error) {
      // Bytes that make no sense leave no way to find the next answer.
      this.fail(asError(error));
      return;
    }
    this.pump();
  }

  private refuseForeigner(chunk: Buffer): void {
    const reason = foreignPeer(chunk);
    if (reason === null) return;
    throw new ClientError("invalid", `${this.peer} is not a Kafka broker: ${reason}`);
  }

  private settle(frame: Buffer): void {
    const correlationId = frame.length >= 4 ? frame.readInt32BE(0) : -1;
    const call = this.sent.get(correlationId);
    if (call === undefined) {
      throw new ClientError("invalid", `${this.peer} answered a request that was never sent`);
    }
    this.sent.delete(correlationId);
    this.settled(call);
    this.metrics.responsesReceived += 1;
    this.publishOutcome(call, frame.length + SIZE_BYTES, null);
    const reader = new Reader(frame);
    readResponseHeader(reader, call.request.responseHeaderVersion ?? 0);
    call.resolve(reader);
  }

  private settled(call: Call): void {
    this.bytesInFlight -= call.request.sizeBytes;
    this.metrics.requestsInFlight -= 1;
    this.metrics.bytesInFlight -= call.request.sizeBytes;
  }

  private publishOutcome(call: Call, responseBytes: number, error: Error | null): void {
    publish("request", () => ({
      clientId: this.options.clientId,
      address: this.peer,
      apiName: call.request.apiName,
      apiVersion: call.request.apiVersion,
      requestBytes: call.request.sizeBytes,
      responseBytes,
      durationMs: this.env.clock.monotonic() - call.sentMs,
      error,
    }));
  }

  private deadlineOf(call: Call): number {
    return call.sentMs + this.options.requestTimeoutMs + call.request.heldMs;
  }

  /**
   * One timer for all that falls due. It is only moved to earlier, and looks again when it fires: answers come all the
   * time, and setting a timer for each would cost more than a vain look every now and then.
   */
  private wakeAt(atMs: number): void {
    if (atMs >= this.timerAtMs || this.failure !== null) return;
    this.timer?.cancel();
    this.timerAtMs = atMs;
    const delayMs = Math.max(0, atMs - this.env.clock.monotonic());
    this.timer = this.env.clock.schedule(delayMs, () => this.wake());
  }

  private wake(): void {
    // A timer may fire a little early, and sums and differences round otherwise: what was waited for is due.
    const nowMs = Math.max(this.env.clock.monotonic(), this.timerAtMs);
    this.timerAtMs = Infinity;
    if (this.mutedUntilMs <= nowMs) this.mutedUntilMs = 0;
    // What cannot leave for so long never will.
    for (const call of [...this.leaving, ...this.sent.values()]) {
      if (this.deadlineOf(call) <= nowMs) {
        this.failLate(call, nowMs);
        return;
      }
      this.wakeAt(this.deadlineOf(call));
    }
    this.pump();
    if (this.sent.size + this.leaving.length + this.queue.length > 0) {
      if (this.mutedUntilMs > nowMs) this.wakeAt(this.mutedUntilMs);
      return;
    }
    const idleAtMs = this.usedMs + this.options.connectionsMaxIdleMs;
    if (idleAtMs > nowMs) this.wakeAt(idleAtMs);
    // Who was about to use it tries again on a new one.
    else this.end(new ClientError("closed", `Connection to ${this.peer} was closed as idle`), null);
  }

  private failLate(call: Call, nowMs: number): void {
    this.metrics.requestTimeouts += 1;
    const waitedMs = Math.round(nowMs - call.sentMs);
    const message = `${this.peer} did not answer ${call.request.apiName} in time (${waitedMs} ms)`;
    this.fail(new ClientError("timeout", message));
  }

  private lost(error: Error | null): void {
    const message = this.hasReceived
      ? `Connection to ${this.peer} was lost`
      : `${this.peer} closed the connection without an answer: is it a Kafka broker's PLAINTEXT listener?`;
    this.fail(new ClientError("closed", message, error));
  }

  private fail(error: Error): void {
    if (this.failure === null) this.metrics.connectionsLost += 1;
    this.end(error, error);
  }

  /** What still waits for an answer fails. */
  close(): void {
    this.end(new ClientError("ended", `Connection to ${this.peer} was closed by its owner`), null);
  }

  private end(failure: Error, reason: Error | null): void {
    if (this.failure !== null) return;
    this.failure = failure;
    this.timer?.cancel();
    this.connection.destroy();
    const calls = [...this.sent.values(), ...this.leaving, ...this.queue];
    for (const call of this.sent.values()) {
      this.settled(call);
      this.publishOutcome(call, 0, failure);
    }
    this.metrics.requestsWaiting -= this.queue.length;
    this.metrics.connections -= 1;
    this.sent.clear();
    this.leaving = [];
    this.queue = [];
    publish("connection.close", () => ({
      clientId: this.options.clientId,
      address: this.peer,
      error: reason,
    }));
    for (const call of calls) call.reject(failure);
    this.ended.resolve();
  }
}
