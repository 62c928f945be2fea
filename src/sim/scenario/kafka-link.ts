import type { Env } from "../../ports/env.ts";
import type { Connection, SocketAddress } from "../../ports/network.ts";
import { readResponseHeader, responseHeaderVersion, writeRequestHeader } from "../../wire/kafka/headers.ts";
import { Reader } from "../../wire/kafka/reader.ts";
import {
  decodeResponse,
  encodeRequest,
  type Message,
  type RequestInput,
  type ResponseOf,
} from "../../wire/kafka/schema.ts";
import { Writer } from "../../wire/kafka/writer.ts";

/** The answer did not come: the connection was lost or took too long. Whether the request was done is not known. */
export class LinkError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LinkError";
  }
}

const REQUEST_TIMEOUT_MS = 15_000;

interface Waiting {
  readonly message: Message;
  readonly version: number;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to a broker that speaks in raw requests, several in flight. Made for tests: it hides nothing. */
export class KafkaLink {
  readonly #env: Env;
  readonly #connection: Connection;
  readonly #waiting = new Map<number, Waiting>();
  #nextCorrelationId = 1;
  #received: Buffer = Buffer.alloc(0);
  #isOpen = true;

  static async connect(env: Env, address: SocketAddress): Promise<KafkaLink> {
    return new KafkaLink(env, await env.network.connect(address));
  }

  private constructor(env: Env, connection: Connection) {
    this.#env = env;
    this.#connection = connection;
    connection.start({
      onData: (chunk) => this.#receive(chunk),
      onDrain() {},
      onClose: (error) => this.#lose(error?.message ?? "closed by the broker"),
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @throws LinkError when no answer came. */
  call<M extends Message>(message: M, version: number, body: RequestInput<M>): Promise<ResponseOf<M>> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(new LinkError(`${message.name} on a closed connection`));
        return;
      }
      const correlationId = this.send(message, version, body);
      const timer = this.#env.clock.schedule(REQUEST_TIMEOUT_MS, () => {
        this.#lose(`no answer to ${message.name}`);
        this.#connection.destroy();
      });
      this.#waiting.set(correlationId, {
        message,
        version,
        resolve(response) {
          timer.cancel();
          resolve(response as ResponseOf<M>);
        },
        reject(error) {
          timer.cancel();
          reject(error);
        },
      });
    });
  }

  /** Sends and expects no answer (acks=0). Returns the correlation id. */
  send<M extends Message>(message: M, version: number, body: RequestInput<M>): number {
    const correlationId = this.#nextCorrelationId;
    this.#nextCorrelationId += 1;
    const writer = new Writer();
    writeRequestHeader(writer, { apiKey: message.key, apiVersion: version, correlationId, clientId: "sim" });
    encodeRequest(message, version, writer, body);
    const payload = writer.finish();
    const frame = Buffer.alloc(4);
    frame.writeInt32BE(payload.reduce((size, part) => size + part.length, 0));
    this.#connection.write([frame, ...payload]);
    return correlationId;
  }

  /** Any bytes, as a stranger would send them. */
  sendBytes(bytes: Buffer): void {
    this.#connection.write([bytes]);
  }

  /** Stops reading; the broker must bear it. */
  pause(): void {
    this.#connection.pause();
  }

  close(): void {
    this.#connection.destroy();
    this.#lose("closed by us");
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const size = this.#received.readInt32BE(0);
      if (this.#received.length < 4 + size) return;
      const frame = this.#received.subarray(4, 4 + size);
      this.#received = this.#received.subarray(4 + size);
      this.#answer(frame);
    }
  }

  #answer(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0);
    const waiting = this.#waiting.get(correlationId);
    // Strangers' bytes may have been answered as the request that they happened to be.
    if (waiting === undefined) return;
    this.#waiting.delete(correlationId);
    const { message, version } = waiting;
    const reader = new Reader(frame);
    readResponseHeader(reader, responseHeaderVersion(message, version));
    waiting.resolve(decodeResponse(message, version, reader));
  }

  #lose(reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const { message, reject } of this.#waiting.values()) {
      reject(new LinkError(`${message.name}: ${reason}`));
    }
    this.#waiting.clear();
  }
}
