import type { Env } from "../ports/env.ts";
import type { Connection, SocketAddress } from "../ports/network.ts";
import { errorName } from "../tables/errors.ts";
import { readResponseHeader, responseHeaderVersion, writeRequestHeader } from "../wire/kafka/headers.ts";
import { ApiVersions } from "../wire/kafka/messages/18-api-versions.ts";
import { Reader } from "../wire/kafka/reader.ts";
import {
  decodeResponse,
  encodeRequest,
  type Message,
  type RequestInput,
  type ResponseOf,
} from "../wire/kafka/schema.ts";
import { Writer } from "../wire/kafka/writer.ts";
import { asError, ClientError, KafkaError } from "./client-error.ts";
import { FrameSplitter } from "./frame-splitter.ts";

/** What a client has of the world; the simulator gives the same. */
export type ClientEnv = Pick<Env, "clock" | "network" | "random">;

export interface KafkaConnectionOptions {
  readonly clientId: string;
  /** Milliseconds from sending a request to its answer, and for the connection to be made. */
  readonly requestTimeoutMs: number;
}

export interface RequestOptions {
  /** Highest version to use, where a newer one wants more than the caller knows. */
  readonly versionMax?: number;
  /** Added to the time-out, for requests that the broker holds on purpose (long poll, rebalance). */
  readonly heldMs?: number;
  /**
   * The connection to use, by a name of the caller's own; all that name none share one. A broker answers the requests
   * of a connection in turn, so one that it holds on purpose must have nothing behind it.
   */
  readonly lane?: string;
}

const RESPONSE_BYTES_MAX = 512 * 1024 * 1024;
const SOFTWARE_NAME = "millrace";
const SOFTWARE_VERSION = "0.1.0";

interface Waiter {
  readonly apiName: string;
  readonly headerVersion: 0 | 1;
  readonly deadlineMs: number;
  resolve(body: Reader): void;
  reject(error: Error): void;
}

/**
 * One connection to one broker. Requests are pipelined; a broker answers them in the order they were sent.
 * Any breach (closed, timed out, answer out of turn) ends the connection and fails all that still wait.
 */
export class KafkaConnection {
  private readonly env: ClientEnv;
  private readonly connection: Connection;
  private readonly options: KafkaConnectionOptions;
  private readonly splitter = new FrameSplitter(RESPONSE_BYTES_MAX);
  private readonly waiting = new Map<number, Waiter>(); // By correlation id, oldest first.
  private versions = new Map<number, readonly [first: number, last: number]>();
  private lastCorrelationId = 0;
  private timer: { cancel(): void } | null = null;
  private failure: Error | null = null;

  private constructor(env: ClientEnv, connection: Connection, options: KafkaConnectionOptions) {
    this.env = env;
    this.connection = connection;
    this.options = options;
    connection.start({
      onData: (chunk) => this.receive(chunk),
      onDrain: () => {},
      onClose: (error) => this.fail(new ClientError("closed", `Connection to ${this.peer} is closed`, error)),
    });
  }

  /**
   * Connects and learns which versions the broker has.
   * @throws NetworkError when nobody listens there; ClientError when the peer is no Kafka broker.
   */
  static async open(
    env: ClientEnv,
    address: SocketAddress,
    options: KafkaConnectionOptions,
  ): Promise<KafkaConnection> {
    const abort = new AbortController();
    const timer = env.clock.schedule(options.requestTimeoutMs, () => abort.abort());
    try {
      const kafka = new KafkaConnection(env, await env.network.connect(address, abort.signal), options);
      await kafka.learnVersions();
      return kafka;
    } finally {
      timer.cancel();
    }
  }

  get isOpen(): boolean {
    return this.failure === null;
  }

  private get peer(): string {
    return `${this.connection.remoteAddress.host}:${this.connection.remoteAddress.port}`;
  }

  private async learnVersions(): Promise<void> {
    const body = { clientSoftwareName: SOFTWARE_NAME, clientSoftwareVersion: SOFTWARE_VERSION };
    try {
      // Version 3 is understood, or refused with an answer, by every broker since 2.4.
      const answer = await this.exchange(ApiVersions, 3, body);
      if (answer.errorCode !== 0) throw new KafkaError("learn versions", errorName(answer.errorCode));
      this.versions = new Map(answer.apiKeys.map((api) => [api.apiKey, [api.minVersion, api.maxVersion]]));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whether the broker knows the API in a version that this client has too. */
  supports(api: Message): boolean {
    return this.commonVersion(api, Infinity) !== null;
  }

  private commonVersion(api: Message, versionMax: number): number | null {
    const theirs = this.versions.get(api.key);
    if (theirs === undefined) return null;
    const version = Math.min(theirs[1], api.versions[1], versionMax);
    return version >= Math.max(theirs[0], api.versions[0]) ? version : null;
  }

  /**
   * Sends a request in the newest version that both sides have and waits for its answer.
   * @throws ClientError when there is no common version, no answer in time, or the connection ends first.
   */
  async request<M extends Message>(
    api: M,
    body: RequestInput<M>,
    options: RequestOptions = {},
  ): Promise<ResponseOf<M>> {
    const version = this.versionFor(api, options);
    return await this.exchange(api, version, body, options.heldMs);
  }

  /** Sends a request that the broker never answers: Produce with acks=0. */
  sendOnly<M extends Message>(api: M, body: RequestInput<M>, options: RequestOptions = {}): void {
    const version = this.versionFor(api, options);
    if (this.failure !== null) throw this.failure;
    this.send(api, version, body);
  }

  private versionFor(api: Message, options: RequestOptions): number {
    const version = this.commonVersion(api, options.versionMax ?? Infinity);
    if (version !== null) return version;
    throw new ClientError("unsupported", `The broker at ${this.peer} has no usable version of ${api.name}`);
  }

  private async exchange<M extends Message>(
    api: M,
    version: number,
    ...[body, heldMs = 0]: [RequestInput<M>, number?]
  ): Promise<ResponseOf<M>> {
    if (this.failure !== null) throw this.failure;
    const correlationId = this.send(api, version, body);
    const reader = await new Promise<Reader>((resolve, reject) => {
      const deadlineMs = this.env.clock.monotonic() + this.options.requestTimeoutMs + heldMs;
      const headerVersion = responseHeaderVersion(api, version);
      this.waiting.set(correlationId, { apiName: api.name, headerVersion, deadlineMs, resolve, reject });
      this.watchDeadline();
    });
    return decodeResponse(api, version, reader);
  }

  private send<M extends Message>(api: M, apiVersion: number, body: RequestInput<M>): number {
    this.lastCorrelationId = (this.lastCorrelationId + 1) & 0x7fffffff;
    const correlationId = this.lastCorrelationId;
    const writer = new Writer();
    const { clientId } = this.options;
    writeRequestHeader(writer, { apiKey: api.key, apiVersion, correlationId, clientId });
    encodeRequest(api, apiVersion, writer, body);
    const size = Buffer.allocUnsafe(4);
    size.writeInt32BE(writer.length);
    this.connection.write([size, ...writer.finish()]);
    return correlationId;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.splitter.push(chunk)) this.settle(frame);
    } catch (error) {
      // Bytes that make no sense leave no way to find the next answer.
      this.fail(asError(error));
    }
  }

  private settle(frame: Buffer): void {
    const correlationId = frame.length >= 4 ? frame.readInt32BE(0) : -1;
    const waiter = this.waiting.get(correlationId);
    if (waiter === undefined) {
      throw new ClientError("invalid", `${this.peer} answered a request that was never sent`);
    }
    this.waiting.delete(correlationId);
    const reader = new Reader(frame);
    readResponseHeader(reader, waiter.headerVersion);
    waiter.resolve(reader);
    if (this.waiting.size === 0) this.stopTimer();
  }

  /** One timer for all that wait: it is set anew when it fires and something younger is still due. */
  private watchDeadline(): void {
    if (this.timer !== null) return;
    let earliestMs = Infinity;
    for (const waiter of this.waiting.values()) earliestMs = Math.min(earliestMs, waiter.deadlineMs);
    const delayMs = Math.max(0, earliestMs - this.env.clock.monotonic());
    this.timer = this.env.clock.schedule(delayMs, () => this.checkDeadlines());
  }

  private checkDeadlines(): void {
    this.timer = null;
    const nowMs = this.env.clock.monotonic();
    for (const waiter of this.waiting.values()) {
      if (waiter.deadlineMs > nowMs) continue;
      this.fail(new ClientError("timeout", `${this.peer} did not answer ${waiter.apiName} in time`));
      return;
    }
    if (this.waiting.size > 0) this.watchDeadline();
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private fail(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.stopTimer();
    this.connection.destroy();
    const waiters = [...this.waiting.values()];
    this.waiting.clear();
    for (const waiter of waiters) waiter.reject(error);
  }

  /** What still waits for an answer fails. */
  close(): void {
    this.fail(new ClientError("ended", `Connection to ${this.peer} was closed by its owner`));
  }
}
