import type { Connection, ConnectionHandler, Listener, Network, SocketAddress } from "../ports/network.ts";

/** A network whose connections can all be cut, and that can turn newcomers away. */
export class NetworkGate implements Network {
  readonly #inner: Network;
  readonly #open = new Set<Connection>();
  /** Asked for each newcomer; false hangs up on it at once. */
  mayConnect: () => boolean = () => true;

  constructor(inner: Network) {
    this.#inner = inner;
  }

  get connectionCount(): number {
    return this.#open.size;
  }

  listen(address: SocketAddress, onConnection: (connection: Connection) => void): Promise<Listener> {
    return this.#inner.listen(address, (connection) => {
      if (!this.mayConnect()) {
        connection.destroy();
        return;
      }
      this.#open.add(connection);
      onConnection(new GatedConnection(connection, () => void this.#open.delete(connection)));
    });
  }

  connect(address: SocketAddress, signal?: AbortSignal): Promise<Connection> {
    return this.#inner.connect(address, signal);
  }

  /** Cuts every connection, as a cable does; returns how many there were. */
  cut(): number {
    const { size } = this.#open;
    for (const connection of this.#open) connection.destroy();
    this.#open.clear();
    return size;
  }
}

/** Passes everything on, and tells when it is over. */
class GatedConnection implements Connection {
  readonly #inner: Connection;
  readonly #onClose: () => void;

  constructor(inner: Connection, onClose: () => void) {
    this.#inner = inner;
    this.#onClose = onClose;
  }

  get localAddress(): SocketAddress {
    return this.#inner.localAddress;
  }

  get remoteAddress(): SocketAddress {
    return this.#inner.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes;
  }

  start(handler: ConnectionHandler): void {
    this.#inner.start({
      onData: (chunk) => handler.onData(chunk),
      onDrain: () => handler.onDrain(),
      onClose: (error) => {
        this.#onClose();
        handler.onClose(error);
      },
    });
  }

  write(buffers: readonly Buffer[]): void {
    this.#inner.write(buffers);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  end(): void {
    this.#inner.end();
  }

  destroy(): void {
    this.#inner.destroy();
  }
}
