import net from "node:net";
import tls from "node:tls";
import {
  NetworkError,
  type Connection,
  type Listener,
  type Network,
  type SocketAddress,
} from "../ports/network.ts";
import { setImmediate } from "./real-timers.ts";
import { SocketConnection } from "./socket-connection.ts";

/** Connections that the kernel keeps waiting while we are busy: a fleet of clients reconnects at once. */
const BACKLOG = 4096;
/** Small answers must not wait for more to send, and a peer that lost its power must be noticed in the end. */
const socketOptions = { noDelay: true, keepAlive: true } as const;

/** What a client says and asks of the other end, as `node:tls` has it. */
export type TlsOptions = Pick<
  tls.ConnectionOptions,
  "ca" | "cert" | "key" | "passphrase" | "pfx" | "servername" | "rejectUnauthorized" | "minVersion"
>;

/** TCP. With `tls` given, connections that are made (not those that are accepted) are encrypted. */
export function realNetwork(options: { readonly tls?: TlsOptions | undefined } = {}): Network {
  return { listen, connect: (address, signal) => connect(address, signal, options.tls) };
}

function listen(address: SocketAddress, onConnection: (connection: Connection) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    // Paused, because the owner of a connection decides when its bytes may come.
    const server = net.createServer({ ...socketOptions, pauseOnConnect: true }, (socket) => {
      onConnection(new SocketConnection(socket));
    });
    server.once("error", (error) => reject(networkError("listen on", address, error)));
    server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
      const { address: host, port } = server.address() as net.AddressInfo;
      resolve({
        address: { host, port },
        close() {
          server.close();
          // The server's own callback would wait for the connections too; the port is free after this turn.
          return new Promise((closed) => setImmediate(closed));
        },
      });
    });
  });
}

function connect(
  address: SocketAddress,
  signal: AbortSignal | undefined,
  tlsOptions: TlsOptions | undefined,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const target = { ...socketOptions, host: address.host, port: address.port };
    const socket = tlsOptions === undefined ? net.connect(target) : tls.connect({ ...target, ...tlsOptions });
    const abort = () => {
      socket.destroy();
      reject(
        networkError("connect to", address, Object.assign(new Error("Aborted"), { code: "ECONNABORTED" })),
      );
    };
    const fail = (error: Error) => {
      signal?.removeEventListener("abort", abort);
      reject(networkError("connect to", address, error));
    };
    socket.once("error", fail);
    socket.once(tlsOptions === undefined ? "connect" : "secureConnect", () => {
      signal?.removeEventListener("abort", abort);
      socket.pause();
      const connection = new SocketConnection(socket);
      socket.off("error", fail);
      resolve(connection);
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

export function networkError(action: string, address: SocketAddress, cause: Error): NetworkError {
  const code = (cause as NodeJS.ErrnoException).code ?? "EIO";
  return new NetworkError(`Cannot ${action} ${address.host}:${address.port}: ${code}`, code, cause);
}
