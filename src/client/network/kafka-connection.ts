import type { SocketAddress } from "../../ports/network.ts";
import { errorCode, errorName } from "../../tables/errors.ts";
import { responseHeaderVersion, writeRequestHeader } from "../../wire/kafka/headers.ts";
import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import { ApiVersions } from "../../wire/kafka/messages/18-api-versions.ts";
import { decodeProduceResponse, encodeProduceRequest } from "../../wire/kafka/produce-client-path.ts";
import { DecodeError, Reader } from "../../wire/kafka/reader.ts";
import {
  decodeResponse,
  encodeRequest,
  type Message,
  type RequestInput,
  type ResponseOf,
} from "../../wire/kafka/schema.ts";
import { Writer } from "../../wire/kafka/writer.ts";
import { ApiVersionTable } from "./api-version-table.ts";
import { ClientError, KafkaError } from "../client-error.ts";
import { newClientMetrics, type ClientMetrics } from "./client-metrics.ts";
import { connectWithin } from "./connect-within.ts";
import {
  CONNECTION_DEFAULTS,
  type ClientEnv,
  type KafkaConnectionOptions,
  type RequestOptions,
} from "./connection-options.ts";
import { RequestPipeline, type OutgoingRequest } from "./request-pipeline.ts";

const SOFTWARE = { clientSoftwareName: "millrace", clientSoftwareVersion: "0.1.0" };
/** The first that names the client's software; an older broker refuses it and says what it has (KIP-511). */
const API_VERSIONS_FIRST_TRY = 3;
const SIZE_BYTES = 4;

interface HandMade {
  encode(version: number, writer: Writer, body: RequestInput<typeof Produce>): void;
  decode(version: number, body: Reader): ResponseOf<typeof Produce>;
}

/** What is sent so often that going by the table would cost more than all else. */
const HAND_MADE: ReadonlyMap<Message, HandMade> = new Map([
  [Produce as Message, { encode: encodeProduceRequest, decode: decodeProduceResponse }],
]);

export interface KafkaConnectionSettings extends Partial<KafkaConnectionOptions> {
  /** Counted here, together with other connections. */
  readonly metrics?: ClientMetrics;
}

/** One connection to one broker: encodes requests in a version that both sides have, and decodes the answers. */
export class KafkaConnection {
  private readonly pipeline: RequestPipeline;
  private readonly clientId: string;
  private versions = new ApiVersionTable([]);
  private lastCorrelationId = 0;

  private constructor(pipeline: RequestPipeline, clientId: string) {
    this.pipeline = pipeline;
    this.clientId = clientId;
  }

  /**
   * Connects and learns which versions the broker has.
   * @throws NetworkError when nobody listens there; ClientError when the peer is no Kafka broker; what `signal` was
   * aborted with.
   */
  static async open(
    env: ClientEnv,
    address: SocketAddress,
    ...[settings, signal]: [KafkaConnectionSettings, AbortSignal?]
  ): Promise<KafkaConnection> {
    const { metrics = newClientMetrics(), ...options } = { ...CONNECTION_DEFAULTS, ...settings };
    const connection = await connectWithin(env, address, options.connectTimeoutMs, signal);
    const pipeline = new RequestPipeline(env, connection, options, metrics);
    const kafka = new KafkaConnection(pipeline, options.clientId);
    const stop = (): void => kafka.close();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await kafka.learnVersions();
      return kafka;
    } catch (error) {
      kafka.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  get isOpen(): boolean {
    return this.pipeline.isOpen;
  }

  /** Resolves when the connection has ended, whatever the reason. */
  get whenEnded(): Promise<void> {
    return this.pipeline.whenEnded;
  }

  private async learnVersions(): Promise<void> {
    let version = API_VERSIONS_FIRST_TRY;
    let { apiKeys, errorCode: code } = await this.askVersions(version);
    if (code === errorCode("UNSUPPORTED_VERSION")) {
      // Brokers of old say nothing more; they all have version 0.
      const table = new ApiVersionTable(apiKeys);
      const common = apiKeys.length === 0 ? 0 : table.commonVersion(ApiVersions);
      if (common === null) throw this.unsupported(table.mismatch(ApiVersions));
      version = common;
      ({ apiKeys, errorCode: code } = await this.askVersions(version));
    }
    if (code !== 0) throw new KafkaError(`learn the versions of ${this.pipeline.peer}`, errorName(code));
    this.versions = new ApiVersionTable(apiKeys);
  }

  private async askVersions(version: number): Promise<ResponseOf<typeof ApiVersions>> {
    const body = await this.pipeline.call(this.encode(ApiVersions, version, SOFTWARE));
    // A refused version is answered in the oldest layout.
    const code = new Reader(body.bytes, body.position).int16();
    const layout = code === errorCode("UNSUPPORTED_VERSION") ? 0 : version;
    return this.decode(ApiVersions, layout, body);
  }

  /** Whether the broker knows the API in a version that this client has too. */
  supports(api: Message): boolean {
    return this.versions.commonVersion(api) !== null;
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
    const request = this.encode(api, version, body);
    const { heldMs = 0 } = options;
    const answer = await this.pipeline.call(heldMs === 0 ? request : { ...request, heldMs });
    const response = this.decode(api, version, answer);
    const { throttleTimeMs = 0 } = response as { throttleTimeMs?: number };
    if (throttleTimeMs > 0) this.pipeline.mute(throttleTimeMs);
    return response;
  }

  /**
   * Sends a request that the broker never answers (Produce with acks=0); resolves when its bytes have left.
   * @throws ClientError when there is no common version, or the connection has ended.
   */
  async sendOnly<M extends Message>(
    api: M,
    body: RequestInput<M>,
    options: RequestOptions = {},
  ): Promise<void> {
    const request = this.encode(api, this.versionFor(api, options), body);
    await this.pipeline.call({ ...request, responseHeaderVersion: null });
  }

  private versionFor(api: Message, options: RequestOptions): number {
    const version = this.versions.commonVersion(api, options);
    if (version === null) throw this.unsupported(this.versions.mismatch(api, options));
    return version;
  }

  private unsupported(mismatch: string): ClientError {
    return new ClientError("unsupported", `The broker at ${this.pipeline.peer} ${mismatch}`);
  }

  private encode<M extends Message>(api: M, apiVersion: number, body: RequestInput<M>): OutgoingRequest {
    this.lastCorrelationId = (this.lastCorrelationId + 1) & 0x7fffffff;
    const correlationId = this.lastCorrelationId;
    const { clientId } = this;
    const writer = new Writer();
    writer.int32(0); // The size, when it is known.
    writeRequestHeader(writer, { apiKey: api.key, apiVersion, correlationId, clientId });
    const byHand = HAND_MADE.get(api);
    if (byHand === undefined) encodeRequest(api, apiVersion, writer, body);
    else byHand.encode(apiVersion, writer, body);
    const sizeBytes = writer.length;
    const frame = writer.finish();
    frame[0]!.writeInt32BE(sizeBytes - SIZE_BYTES);
    return {
      apiName: api.name,
      apiVersion,
      correlationId,
      frame,
      sizeBytes,
      responseHeaderVersion: responseHeaderVersion(api, apiVersion),
      heldMs: 0,
    };
  }

  private decode<M extends Message>(api: M, version: number, body: Reader): ResponseOf<M> {
    try {
      const byHand = HAND_MADE.get(api);
      return byHand === undefined
        ? decodeResponse(api, version, body)
        : (byHand.decode(version, body) as ResponseOf<Message> as ResponseOf<M>);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const message = `${this.pipeline.peer} answered ${api.name} (version ${version}) with bytes that make no sense`;
      throw new ClientError("invalid", message, error);
    }
  }

  /** What still waits for an answer fails. */
  close(): void {
    this.pipeline.close();
  }
}
