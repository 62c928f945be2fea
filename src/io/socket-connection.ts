import type { Socket } from "node:net";
import { busyPoll } from "./busy-poll.ts";
import { lendChunks } from "./lend-chunks.ts";
import type { Connection, ConnectionHandler, SocketAddress } from "../ports/network.ts";
import { clearTimeout, nextTick, setTimeout } from "./real-timers.ts";

/** Buffers up to this size are copied together: one bigger write costs less than the system's list of many. */
const COPY_BYTES_MAX = 4096;
/** A peer that has not read our last bytes and closed its side within this time after `end` is cut. */
const LINGER_MS = 30_000;

/**
 * A TCP socket. The writes of one turn leave as one gathered write: a broker answers many requests at once, after a
 * group fsync for instance, and a system call for each would cost more than the answers themselves.
 */
export class SocketConnection implements Connection {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly #socket: Socket;
  #handler: ConnectionHandler | null = null;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isFlushPlanned = false;
  #state: "open" | "ending" | "closed" = "open";
  #error: Error | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.localAddress = addressOf(socket.localAddress, socket.localPort);
    this.remoteAddress = addressOf(socket.remoteAddress, socket.remotePort);
    socket.on("error", (error) => {
      this.#error = error;
    });
    // The socket ends its own side when the peer has; what is written after that has nowhere to go.
    socket.once("end", () => {
      if (this.#state === "open") this.#state = "ending";
    });
    socket.once("close", () => this.#closed());
  }

  get queuedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler;
    if (this.#socket.closed) {
      nextTick(() => handler.onClose(this.#error));
      return;
    }
    const take = (chunk: Buffer): void => {
      if (this.#state === "open") handler.onData(chunk);
    };
    const isLending = handler.keepsChunks === false && lendChunks(this.#socket, take);
    if (!isLending) this.#socket.on("data", take);
    this.#socket.resume();
  }

  write(buffers: readonly Buffer[]): void {
    if (this.#state !== "open") return;
    for (const buffer of buffers) {
      this.#waiting.push(buffer);
      this.#waitingBytes += buffer.length;
    }
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushPlanned = false;
    if (this.#waitingBytes === 0 || !this.#socket.writable) return;
    const chunks = copySmallTogether(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const last = chunks.length - 1;
    if (last > 0) this.#socket.cork();
    for (let i = 0; i < last; i += 1) this.#socket.write(chunks[i]!);
    this.#socket.write(chunks[last]!, (error) => {
      if (!error && this.#state === "open" && this.queuedBytes === 0) this.#handler?.onDrain();
    });
    if (last > 0) this.#socket.uncork();
  }

  expectSoon(durationUs: number): void {
    busyPoll(durationUs);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#handler !== null) this.#socket.resume();
  }

  end(): void {
    if (this.#state !== "open") return;
    this.#flush();
    this.#state = "ending";
    const socket = this.#socket;
    const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once("close", () => clearTimeout(linger));
    // Closing with unread input would make the system reset the connection, and the peer might lose our last answer.
    socket.end(() => socket.resume());
  }

  destroy(): void {
    if (this.#state === "closed") return;
    this.#state = "ending";
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#socket.destroy();
  }

  #closed(): void {
    this.#state = "closed";
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#handler?.onClose(this.#error);
  }
}

/** IPv4 peers of a dual-stack socket show up as mapped addresses; operators and clients know the plain form. */
function addressOf(host: string | undefined, port: number | undefined): SocketAddress {
  const plain = host?.startsWith("::ffff:") === true ? host.slice(7) : host;
  return { host: plain ?? "", port: port ?? 0 };
}

/** The same bytes in fewer buffers: each run of small ones becomes one, big ones stay as they are. */
export function copySmallTogether(buffers: readonly Buffer[]): Buffer[] {
  if (buffers.length === 1) return [buffers[0]!];
  const chunks: Buffer[] = [];
  let at = 0;
  while (at < buffers.length) {
    const from = at;
    let runBytes = 0;
    while (at < buffers.length && buffers[at]!.length <= COPY_BYTES_MAX) {
      runBytes += buffers[at]!.length;
      at += 1;
    }
    if (at - from > 1) chunks.push(Buffer.concat(buffers.slice(from, at), runBytes));
    else if (at - from === 1) chunks.push(buffers[from]!);
    else {
      chunks.push(buffers[at]!);
      at += 1;
    }
  }
  return chunks;
}
