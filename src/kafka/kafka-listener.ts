import type { Broker } from "../broker/broker.ts";
import type { Interceptor } from "../broker/interceptor.ts";
import type { Connection, Listener, SocketAddress } from "../ports/network.ts";
import type { Timer } from "../ports/clock.ts";
import { KafkaConnection } from "./kafka-connection.ts";

/** How often idle connections are looked for. */
const IDLE_CHECK_MS = 10_000;

export interface KafkaListenerOptions {
  readonly name: string;
  readonly address: SocketAddress;
  /** Stands before every request; for tests. */
  readonly intercept?: Interceptor | undefined;
}

/** Accepts Kafka clients on one address. */
export class KafkaListener {
  private readonly broker: Broker;
  private readonly name: string;
  private readonly listener: Listener;
  private readonly connections: Set<KafkaConnection>;
  private idleCheck: Timer;
  private isClosed = false;

  private constructor(
    broker: Broker,
    options: {
      readonly name: string;
      readonly listener: Listener;
      readonly connections: Set<KafkaConnection>;
    },
  ) {
    this.broker = broker;
    this.name = options.name;
    this.listener = options.listener;
    this.connections = options.connections;
    this.idleCheck = this.armIdleCheck();
  }

  /** @throws NetworkError when the address cannot be had. */
  static async open(broker: Broker, options: KafkaListenerOptions): Promise<KafkaListener> {
    const { name, address, intercept = null } = options;
    const connections = new Set<KafkaConnection>();
    const { connections: counters } = broker;
    const accept = (connection: Connection): void => {
      counters.accepted += 1;
      if (connections.size >= broker.config.number("max.connections")) {
        connection.destroy();
        counters.closed.limit += 1;
        return;
      }
      const kafkaConnection = new KafkaConnection({
        broker,
        connection,
        listenerName: name,
        framePool: broker.logs.framePool,
        intercept,
        onClosed: (reason) => {
          connections.delete(kafkaConnection);
          counters.open.delete(kafkaConnection);
          counters.closed[reason] += 1;
        },
      });
      connections.add(kafkaConnection);
      counters.open.add(kafkaConnection);
    };
    const listener = await broker.env.network.listen(address, accept);
    return new KafkaListener(broker, { name, listener, connections });
  }

  /** Where clients reach it, with the real port. */
  get address(): SocketAddress {
    return this.listener.address;
  }

  get listenerName(): string {
    return this.name;
  }

  /** Accepts nobody any more and hangs up on everybody. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.idleCheck.cancel();
    const closing = this.listener.close();
    for (const connection of this.connections) connection.close("stop", "the broker stops");
    await closing;
  }

  private armIdleCheck(): Timer {
    return this.broker.env.clock.schedule(IDLE_CHECK_MS, () => {
      const idleMsMax = this.broker.config.number("connections.max.idle.ms");
      const now = this.broker.env.clock.monotonic();
      for (const connection of this.connections) {
        if (!connection.isBusy && now - connection.lastActiveMs > idleMsMax) connection.close("idle");
      }
      this.idleCheck = this.armIdleCheck();
    });
  }
}
