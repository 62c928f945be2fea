import type { SeededRandom } from "../base/seeded-random.ts";
import {
  NetworkError,
  type Connection,
  type Listener,
  type Network,
  type SocketAddress,
} from "../ports/network.ts";
import type { Incarnation } from "./incarnation.ts";
import { noNetworkFaults, type NetworkFaults } from "./network-faults.ts";
import type { Scheduler } from "./scheduler.ts";
import { joinedConnections, type SimConnection } from "./sim-connection.ts";

const FIRST_FREE_PORT = 40_000;
/** How long a connect waits for a host that does not answer at all. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A host that died takes up to this long until its peers notice. */
const NOTICE_MS = 500;

interface OpenPort {
  readonly life: Incarnation;
  readonly address: SocketAddress;
  readonly onConnection: (connection: Connection) => void;
}

/** All links between all hosts. Streams keep their order; nothing is ordered across them. */
export class SimNetwork {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly faults: NetworkFaults = noNetworkFaults();
  /** How many faults of each kind have happened. */
  readonly counts = { stall: 0, reset: 0, fragment: 0, refused: 0 };
  /** The most bytes that ever waited on one connection, by the host that queued them. */
  readonly queuedBytesMax = new Map<string, number>();
  readonly connections = new Set<SimConnection>();
  readonly #ports = new Map<string, OpenPort>();
  readonly #cutLinks = new Set<string>();
  readonly #refusing = new Set<string>();
  #nextPort = FIRST_FREE_PORT;
  #nextConnection = 1;

  constructor(scheduler: Scheduler, random: SeededRandom) {
    this.scheduler = scheduler;
    this.random = random;
  }

  /** The network as one program on `host` sees it. */
  view(host: string, life: Incarnation): Network {
    return {
      listen: (address, onConnection) => this.#listen(hostOf(address, host), life, onConnection),
      connect: (address, signal) => this.#connect(hostOf(address, host), { host, life, signal }),
    };
  }

  /** Holds back all that goes from one host to the other until `heal`. One direction only. */
  cut(from: string, to: string): void {
    this.#cutLinks.add(linkKey(from, to));
  }

  /** Lets through again what goes from one host to the other, with what was held back. */
  mend(from: string, to: string): void {
    this.#cutLinks.delete(linkKey(from, to));
    for (const connection of this.connections) connection.pump();
  }

  /** Connections from one host to the other are refused until `heal` or `accept`. */
  refuse(from: string, to: string): void {
    this.#refusing.add(linkKey(from, to));
  }

  accept(from: string, to: string): void {
    this.#refusing.delete(linkKey(from, to));
  }

  /** Resets every connection between the two; what was held back on them is lost. */
  sever(host: string, other: string): void {
    for (const connection of this.connections) {
      const { localAddress, remoteAddress } = connection;
      if (localAddress.host === host && remoteAddress.host === other) connection.reset();
    }
  }

  heal(): void {
    this.#cutLinks.clear();
    this.#refusing.clear();
    for (const connection of this.connections) connection.pump();
  }

  isCut(from: string, to: string): boolean {
    return this.#cutLinks.has(linkKey(from, to));
  }

  latencyMs(): number {
    // Mostly quick, sometimes near the longest: squares of a fraction lean to the low end.
    return this.faults.latencyMs * this.random.fraction() ** 2;
  }

  /** A program died: its ports close and its peers notice sooner or later. */
  kill(life: Incarnation): void {
    for (const [key, port] of this.#ports) if (port.life === life) this.#ports.delete(key);
    for (const connection of this.connections) {
      if (connection.life !== life) continue;
      connection.vanish();
      const { peer } = connection;
      this.scheduler.after(this.random.fraction() * NOTICE_MS, null, () => peer.fail("ECONNRESET"));
    }
  }

  #listen(
    address: SocketAddress,
    life: Incarnation,
    onConnection: OpenPort["onConnection"],
  ): Promise<Listener> {
    life.note("network.listen", address.host, address.port);
    const port = address.port === 0 ? (this.#nextPort += 1) : address.port;
    const bound = { host: address.host, port };
    const key = `${bound.host}:${port}`;
    return life.settle(0, () => {
      if (this.#ports.has(key)) {
        throw new NetworkError(`Cannot listen on ${key}: EADDRINUSE`, "EADDRINUSE");
      }
      const open: OpenPort = { life, address: bound, onConnection };
      this.#ports.set(key, open);
      return {
        address: bound,
        close: () => {
          life.note("network.unlisten", bound.host, port);
          if (this.#ports.get(key) === open) this.#ports.delete(key);
          return life.settle(0, () => {});
        },
      };
    });
  }

  #connect(
    address: SocketAddress,
    from: { host: string; life: Incarnation; signal: AbortSignal | undefined },
  ): Promise<Connection> {
    const { host, life, signal } = from;
    life.note("network.connect", address.host, address.port);
    const failed = (code: string) =>
      new NetworkError(`Cannot connect to ${address.host}:${address.port}: ${code}`, code);
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(failed("ECONNABORTED"));
        return;
      }
      const isCut = this.isCut(host, address.host) || this.isCut(address.host, host);
      const attempt = life.after(isCut ? CONNECT_TIMEOUT_MS : this.latencyMs() * 2, () => {
        signal?.removeEventListener("abort", abort);
        const isRefused = this.#refusing.has(linkKey(host, address.host));
        const port = isRefused ? undefined : this.#ports.get(`${address.host}:${address.port}`);
        if (isCut || port === undefined) this.counts.refused += 1;
        if (isCut) reject(failed("ETIMEDOUT"));
        else if (port === undefined) reject(failed("ECONNREFUSED"));
        else resolve(this.#join(host, life, port));
      });
      const abort = () => {
        attempt.cancel();
        reject(failed("ECONNABORTED"));
      };
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  #join(host: string, life: Incarnation, port: OpenPort): Connection {
    const name = `#${this.#nextConnection}`;
    this.#nextConnection += 1;
    const local = { host, port: (this.#nextPort += 1) };
    const [near, far] = joinedConnections(this, {
      name,
      near: { life, address: local },
      far: { life: port.life, address: port.address },
    });
    port.life.after(this.latencyMs(), () => port.onConnection(far));
    return near;
  }
}

/** Loopback and wildcard names mean the machine itself; the simulation has one address per machine. */
function hostOf(address: SocketAddress, ownHost: string): SocketAddress {
  const isOwn = ["", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"].includes(address.host);
  return isOwn ? { host: ownHost, port: address.port } : address;
}

function linkKey(from: string, to: string): string {
  return `${from}>${to}`;
}
