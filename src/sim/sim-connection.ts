import { assert } from "../base/assert.ts";
import { crc32c } from "../base/crc32c.ts";
import {
  NetworkError,
  type Connection,
  type ConnectionHandler,
  type SocketAddress,
} from "../ports/network.ts";
import type { Incarnation } from "./incarnation.ts";
import type { SimNetwork } from "./sim-network.ts";

/** A peer that does not read to the end within this time is left alone. */
const LINGER_MS = 30_000;

interface Side {
  readonly life: Incarnation;
  readonly address: SocketAddress;
}

export function joinedConnections(
  network: SimNetwork,
  { name, near, far }: { name: string; near: Side; far: Side },
): [SimConnection, SimConnection] {
  const left = new SimConnection(network, { name: `${name}>`, own: near, other: far });
  const right = new SimConnection(network, { name: `${name}<`, own: far, other: near });
  left.peer = right;
  right.peer = left;
  return [left, right];
}

/** A queued buffer with the checksum of what it held when it was handed over: it must not change until it left. */
interface Queued {
  readonly bytes: Buffer;
  readonly checksum: number;
}

/** One end of a simulated stream. Bytes go: queue -> under way (a bounded window) -> arrived -> handler of the peer. */
export class SimConnection implements Connection {
  readonly name: string;
  readonly life: Incarnation;
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  peer!: SimConnection;
  readonly #network: SimNetwork;
  #handler: ConnectionHandler | null = null;
  #state: "open" | "ending" | "closed" = "open";
  #closeError: Error | null = null;
  #isPaused = false;
  #hasPeerEnded = false;
  #isPumpPlanned = false;
  #queue: Queued[] = [];
  #queuedBytes = 0;
  /** Bytes of ours that left and that the peer's program has not taken. */
  #underWayBytes = 0;
  #lastArrivalMs = 0;
  #arrived: Buffer[] = [];

  constructor(network: SimNetwork, options: { name: string; own: Side; other: Side }) {
    this.#network = network;
    this.name = options.name;
    this.life = options.own.life;
    this.localAddress = options.own.address;
    this.remoteAddress = options.other.address;
    network.connections.add(this);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  start(handler: ConnectionHandler): void {
    this.life.note("connection.start", this.name);
    this.#handler = handler;
    if (this.#state === "closed") this.life.after(0, () => handler.onClose(this.#closeError));
    else this.life.after(0, () => this.#takeArrived());
  }

  write(buffers: readonly Buffer[]): void {
    let sizeBytes = 0;
    for (const bytes of buffers) sizeBytes += bytes.length;
    this.life.note("connection.write", this.name, sizeBytes);
    if (this.#state !== "open") return;
    for (const bytes of buffers) this.#queue.push({ bytes, checksum: crc32c(bytes) });
    this.#queuedBytes += sizeBytes;
    const { queuedBytesMax } = this.#network;
    const { host } = this.localAddress;
    if (this.#queuedBytes > (queuedBytesMax.get(host) ?? 0)) queuedBytesMax.set(host, this.#queuedBytes);
    if (!this.#isPumpPlanned) {
      this.#isPumpPlanned = true;
      this.life.after(0, () => this.pump());
    }
  }

  pause(): void {
    this.life.note("connection.pause", this.name);
    this.#isPaused = true;
  }

  resume(): void {
    this.life.note("connection.resume", this.name);
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.life.after(0, () => this.#takeArrived());
  }

  end(): void {
    this.life.note("connection.end", this.name);
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.life.after(0, () => this.pump());
    this.life.after(LINGER_MS, () => this.#close(null));
  }

  destroy(): void {
    this.life.note("connection.destroy", this.name);
    if (this.#state === "closed") return;
    this.#dropQueue();
    this.#close(null);
    this.#later(() => this.peer.fail("ECONNRESET"));
  }

  /** Moves queued bytes on their way, as far as the window allows. */
  pump(): void {
    this.#isPumpPlanned = false;
    if (this.#state === "closed" || !this.life.isAlive) return;
    if (this.#network.isCut(this.localAddress.host, this.remoteAddress.host)) return;
    const hadQueue = this.#queue.length > 0;
    while (this.#queue.length > 0) {
      const room = this.#network.faults.windowBytes - this.#underWayBytes;
      if (room <= 0) return;
      this.#sendPiece(this.#takeFromQueue(room));
    }
    if (this.#state === "ending") this.#later(() => this.peer.#hearEnd());
    else if (hadQueue) this.#handler?.onDrain();
  }

  #takeFromQueue(room: number): Buffer {
    const first = this.#queue[0]!;
    assert(
      crc32c(first.bytes) === first.checksum,
      `bytes queued on ${this.name} do not change before they left`,
    );
    const piece = Buffer.from(first.bytes.subarray(0, this.#pieceSize(Math.min(room, first.bytes.length))));
    const rest = first.bytes.subarray(piece.length);
    if (rest.length === 0) this.#queue.shift();
    else this.#queue[0] = { bytes: rest, checksum: crc32c(rest) };
    this.#queuedBytes -= piece.length;
    return piece;
  }

  #pieceSize(bytesMax: number): number {
    const { random, faults, counts } = this.#network;
    if (!random.chance(faults.fragment) || bytesMax <= 1) return bytesMax;
    counts.fragment += 1;
    return random.chance(0.3) ? 1 : random.between(1, Math.min(bytesMax, 2000));
  }

  #sendPiece(piece: Buffer): void {
    const { random, faults, counts } = this.#network;
    this.#underWayBytes += piece.length;
    const isReset = random.chance(faults.reset);
    const isStalled = random.chance(faults.stall);
    if (isReset) counts.reset += 1;
    if (isStalled) counts.stall += 1;
    this.#later(
      () => {
        if (isReset) this.reset();
        else this.peer.#arrive(piece);
      },
      isStalled ? random.fraction() * faults.stallMs : 0,
    );
  }

  /** Runs after the network's delay and after all that this end sent before. Belongs to no program: it is on the wire. */
  #later(callback: () => void, extraMs = 0): void {
    const { scheduler } = this.#network;
    const arrivalMs = scheduler.nowMs + this.#network.latencyMs() + extraMs;
    this.#lastArrivalMs = Math.max(arrivalMs, this.#lastArrivalMs + 1e-6);
    scheduler.at(this.#lastArrivalMs, null, callback);
  }

  #arrive(piece: Buffer): void {
    if (this.#state === "closed" || !this.life.isAlive) return;
    this.#arrived.push(piece);
    this.life.after(0, () => this.#takeArrived());
  }

  #takeArrived(): void {
    while (this.#handler !== null && !this.#isPaused && this.#state !== "closed") {
      const piece = this.#arrived.shift();
      if (piece === undefined) break;
      this.life.note("connection.data", this.name, piece.length);
      this.#peerSentTaken(piece.length);
      if (this.#state === "open") this.#handler.onData(piece);
    }
    // The program hears of the end after the last byte.
    if (this.#hasPeerEnded && this.#arrived.length === 0 && this.#state !== "closed") {
      this.#dropQueue();
      this.#close(null);
      this.#later(() => this.peer.#close(null));
    }
  }

  #peerSentTaken(sizeBytes: number): void {
    const { peer } = this;
    peer.#underWayBytes -= sizeBytes;
    if (peer.#queue.length > 0) peer.life.after(0, () => peer.pump());
  }

  /** The peer ended its side, so nobody reads what we still have queued. */
  #hearEnd(): void {
    this.#hasPeerEnded = true;
    if (this.life.isAlive) this.life.after(0, () => this.#takeArrived());
  }

  /** Both ends lose the connection, as when a router forgets it. */
  reset(): void {
    this.fail("ECONNRESET");
    this.peer.fail("ECONNRESET");
  }

  fail(code: string): void {
    if (this.#state === "closed") return;
    this.#dropQueue();
    this.#close(new NetworkError(`Connection ${this.name} failed: ${code}`, code));
  }

  /** The program of this end died: its end is gone without a word. */
  vanish(): void {
    this.#dropQueue();
    this.#state = "closed";
    this.#network.connections.delete(this);
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #close(error: Error | null): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#closeError = error;
    this.#arrived = [];
    this.#network.connections.delete(this);
    if (!this.life.isAlive) return;
    this.life.after(0, () => {
      this.life.note("connection.close", this.name);
      this.#handler?.onClose(error);
    });
  }
}
