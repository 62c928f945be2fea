/** Where a socket listens or connects: a host name or address, and a port (0 asks for a free one). */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** What the owner of a connection wants to hear. Nothing is called before `Connection.start`. */
export interface ConnectionHandler {
  /**
   * False: nothing of a chunk is used once `onData` has returned, so its memory may be used for the next.
   * Otherwise chunks belong to the handler, and slices of them may be kept.
   */
  readonly keepsChunks?: boolean;
  /** Bytes arrived. */
  onData(chunk: Buffer): void;
  /** All that was queued by `write` has left for the kernel. */
  onDrain(): void;
  /** The connection is gone, once, whatever the reason; `error` is null after an orderly close. */
  onClose(error: Error | null): void;
}

/** One byte stream. Bytes arrive in the order they were written; across connections there is no order. */
export interface Connection {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  /** Bytes accepted by `write` and not yet handed to the kernel. */
  readonly queuedBytes: number;
  start(handler: ConnectionHandler): void;
  /** Queues the buffers as one gathered write. They must not change until they have left. */
  write(buffers: readonly Buffer[]): void;
  /**
   * The peer is about to write: a shell may stay awake for it so many microseconds, where waking up again would take
   * longer than the peer does. Those without it sleep as ever.
   */
  expectSoon?(durationUs: number): void;
  /** Stops and resumes `onData`; a peer that is not read is held back by TCP. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once; what is queued is lost. */
  destroy(): void;
}

export interface Listener {
  /** The address in use, with the real port. */
  readonly address: SocketAddress;
  /** Accepts nothing more; connections that exist stay. */
  close(): Promise<void>;
}

export interface Network {
  /** @throws NetworkError when the address is in use or not ours. */
  listen(address: SocketAddress, onConnection: (connection: Connection) => void): Promise<Listener>;
  /** @throws NetworkError when nobody answers there, or `signal` aborts. */
  connect(address: SocketAddress, signal?: AbortSignal): Promise<Connection>;
}

/** A failure of the network, naming the action and the address. `code` is the system's (`EADDRINUSE` …). */
export class NetworkError extends Error {
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.name = "NetworkError";
    this.code = code;
  }
}
