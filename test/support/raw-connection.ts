import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  responseHeaderVersion,
  readResponseHeader,
  writeRequestHeader,
} from "../../src/wire/kafka/headers.ts";
import { Reader } from "../../src/wire/kafka/reader.ts";
import {
  decodeResponse,
  encodeRequest,
  type Message,
  type RequestInput,
  type ResponseOf,
} from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";
import { within } from "./processes.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const CLIENT_ID = "probe";

/** The connection was closed by the broker, or nothing came in time. */
export class NoAnswer extends Error {
  readonly isClosed: boolean;

  constructor(isClosed: boolean) {
    super(isClosed ? "connection closed, no answer" : "no answer, stays open");
    this.isClosed = isClosed;
  }
}

/** One request with its header and length in front, as it goes onto the wire. */
export function requestFrame<M extends Message>(
  message: M,
  version: number,
  request: RequestInput<M>,
  header: { readonly correlationId?: number; readonly clientId?: string | null } = {},
): Buffer {
  const writer = new Writer();
  const { correlationId = 1, clientId = CLIENT_ID } = header;
  writeRequestHeader(writer, { apiKey: message.key, apiVersion: version, correlationId, clientId });
  encodeRequest(message, version, writer, request);
  return framed(Buffer.concat(writer.finish()));
}

export function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Speaks bytes with a broker: what a client library would hide is all visible here. */
export class RawConnection {
  readonly socket: Socket;
  private received: Buffer[] = [];
  private receivedBytes = 0;
  private isClosed = false;
  private wake: () => void = () => undefined;
  private correlationId = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.received.push(chunk);
      this.receivedBytes += chunk.length;
      this.wake();
    });
    // An error is followed by "close", which is what counts.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isClosed = true;
      this.wake();
    });
  }

  static async open({ host, port }: Address): Promise<RawConnection> {
    const socket = connect(port, host);
    await once(socket, "connect");
    return new RawConnection(socket);
  }

  get isOpen(): boolean {
    return !this.isClosed;
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /**
   * The next frame without its length.
   * @throws NoAnswer when the broker closed the connection or sent nothing in time.
   */
  async frame(timeoutMs = 30_000): Promise<Buffer> {
    const length = (await this.take(4, timeoutMs)).readInt32BE(0);
    return this.take(length, timeoutMs);
  }

  private async take(count: number, timeoutMs: number): Promise<Buffer> {
    const deadlineMs = performance.now() + timeoutMs;
    while (this.receivedBytes < count) {
      if (this.isClosed) throw new NoAnswer(true);
      const arrival = new Promise<void>((resolve) => (this.wake = resolve));
      const waited = await within(arrival, Math.max(0, deadlineMs - performance.now()));
      if (waited === "late" && this.receivedBytes < count) throw new NoAnswer(this.isClosed);
    }
    const all = Buffer.concat(this.received);
    this.received = [all.subarray(count)];
    this.receivedBytes = all.length - count;
    return all.subarray(0, count);
  }

  /** Sends without waiting; returns the correlation id. */
  send<M extends Message>(message: M, version: number, request: RequestInput<M>): number {
    this.correlationId += 1;
    this.write(requestFrame(message, version, request, { correlationId: this.correlationId }));
    return this.correlationId;
  }

  /** @throws NoAnswer, see `frame`. */
  async receive<M extends Message>(message: M, version: number, timeoutMs?: number): Promise<ResponseOf<M>> {
    const reader = new Reader(await this.frame(timeoutMs));
    readResponseHeader(reader, responseHeaderVersion(message, version));
    return decodeResponse(message, version, reader);
  }

  /** @throws NoAnswer, see `frame`. */
  async ask<M extends Message>(
    message: M,
    version: number,
    ...[request, timeoutMs]: [RequestInput<M>, number?]
  ): Promise<ResponseOf<M>> {
    this.send(message, version, request);
    return this.receive(message, version, timeoutMs);
  }

  close(): void {
    this.socket.destroy();
  }
}
