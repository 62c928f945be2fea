import type { Connection, ConnectionHandler, Network } from "../ports/network.ts";
import { readRequestHeader, readResponseHeader, responseHeaderVersion } from "../wire/kafka/headers.ts";
import { Reader } from "../wire/kafka/reader.ts";
import {
  decodeRequest,
  decodeResponse,
  type Message,
  type RequestOf,
  type ResponseOf,
} from "../wire/kafka/schema.ts";

/** What somebody listens for on the wire: requests of one API, and for each of them its answer. */
export interface WireWatch {
  readonly apiKey: number;
  onRequest(version: number, body: Reader): OnAnswer;
}

/** Called with the answer's frame, or with null when the connection ended before it came. */
type OnAnswer = (frame: Reader | null) => void;

/**
 * `onRequest` hears of a request as it is written and returns what wants to hear of its answer, before the client
 * does; null when the connection ended first.
 */
export function watch<M extends Message>(
  api: M,
  onRequest: (request: RequestOf<M>) => (response: ResponseOf<M> | null) => void,
): WireWatch {
  return {
    apiKey: api.key,
    onRequest(version, body) {
      const onResponse = onRequest(decodeRequest(api, version, body));
      return (frame) => {
        if (frame === null) return onResponse(null);
        readResponseHeader(frame, responseHeaderVersion(api, version));
        return onResponse(decodeResponse(api, version, frame));
      };
    },
  };
}

export interface WireTap {
  readonly watches: readonly WireWatch[];
  /** Something has just passed, either way, or a connection has ended. */
  onMoved(): void;
  /** What passed can't be read, or a watch threw. The client does not notice. */
  onError(error: unknown): void;
}

/** The same network, with somebody who listens: what a client really asked and got, whatever it says of itself. */
export function tapped(network: Network, tap: WireTap): Network {
  return {
    listen: async (address, onConnection) => await network.listen(address, onConnection),
    connect: async (address, signal) => new TappedConnection(await network.connect(address, signal), tap),
  };
}

class TappedConnection implements Connection {
  readonly #connection: Connection;
  readonly #tap: WireTap;
  readonly #written = new Frames();
  readonly #received = new Frames();
  readonly #waiting = new Map<number, OnAnswer>(); // By correlation id.

  constructor(connection: Connection, tap: WireTap) {
    this.#connection = connection;
    this.#tap = tap;
  }

  get localAddress() {
    return this.#connection.localAddress;
  }

  get remoteAddress() {
    return this.#connection.remoteAddress;
  }

  get queuedBytes() {
    return this.#connection.queuedBytes;
  }

  start(handler: ConnectionHandler): void {
    this.#connection.start({
      ...(handler.keepsChunks === undefined ? {} : { keepsChunks: handler.keepsChunks }),
      onData: (chunk) => {
        this.#hear(() => this.#received.push(chunk).forEach((frame) => this.#hearAnswer(frame)));
        handler.onData(chunk);
      },
      onDrain: () => handler.onDrain(),
      onClose: (error) => {
        this.#hear(() => this.#hearEnd());
        handler.onClose(error);
      },
    });
  }

  write(buffers: readonly Buffer[]): void {
    this.#hear(() => this.#written.push(...buffers).forEach((frame) => this.#hearRequest(frame)));
    this.#connection.write(buffers);
  }

  #hear(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      this.#tap.onError(error);
    }
    this.#tap.onMoved();
  }

  #hearRequest(frame: Buffer): void {
    const reader = new Reader(frame);
    const { apiKey, apiVersion, correlationId } = readRequestHeader(reader);
    const watching = this.#tap.watches.find((candidate) => candidate.apiKey === apiKey);
    if (watching !== undefined) this.#waiting.set(correlationId, watching.onRequest(apiVersion, reader));
  }

  #hearAnswer(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0);
    const onAnswer = this.#waiting.get(correlationId);
    this.#waiting.delete(correlationId);
    onAnswer?.(new Reader(frame));
  }

  #hearEnd(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const onAnswer of waiting) onAnswer(null);
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  end(): void {
    this.#connection.end();
  }

  destroy(): void {
    this.#hear(() => this.#hearEnd());
    this.#connection.destroy();
  }
}

/** A stream of bytes, cut into frames of a length (four bytes) and so many bytes. Keeps copies. */
class Frames {
  #held: Buffer = Buffer.alloc(0);

  push(...chunks: readonly Buffer[]): Buffer[] {
    this.#held = Buffer.concat([this.#held, ...chunks]);
    const frames: Buffer[] = [];
    while (this.#held.length >= 4) {
      const end = 4 + this.#held.readInt32BE(0);
      if (this.#held.length < end) break;
      frames.push(this.#held.subarray(4, end));
      this.#held = this.#held.subarray(end);
    }
    return frames;
  }
}
