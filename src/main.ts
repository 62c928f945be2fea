import type { Broker } from "./broker/broker.ts";
import { BrokerNode } from "./broker/broker-node.ts";
import type { Interceptor } from "./broker/interceptor.ts";
import type { BrokerConfig } from "./core/cluster/config/broker-config.ts";
import { KafkaListener } from "./kafka/kafka-listener.ts";
import type { Env } from "./ports/env.ts";
import type { SocketAddress } from "./ports/network.ts";

export interface BrokerOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listeners: readonly SocketAddress[];
  /** The log directory; made when missing. */
  readonly dataDir: string;
  readonly config: BrokerConfig;
  /** Stands before every request; for tests. */
  readonly intercept?: Interceptor;
}

export interface RunningBroker {
  readonly nodeId: number;
  readonly clusterId: string;
  /** The node itself, for tests that look inside. */
  readonly node: Broker;
  /** Where clients reach it, with real ports, in the order of `BrokerOptions.listeners`. */
  readonly addresses: readonly SocketAddress[];
  /** Resolves with the reason when the broker can't go on by itself; it must be stopped then. */
  readonly failed: Promise<Error>;
  /** Stops gracefully: answers nothing new, syncs, and leaves the clean-shutdown marker. */
  stop(): Promise<void>;
  /** Ends as a process that dies: writes nothing, tells nobody, and lets go of its ports and timers. For tests. */
  abandon(): Promise<void>;
}

const LISTENER_NAME = "PLAINTEXT";

/**
 * Starts a node with everything it has: the one `main`, for real, in the simulator and in users' tests.
 * Resolves when the broker serves clients.
 *
 * @throws DataDirectoryError when the directory is in use or another cluster's; NetworkError when an address
 *   cannot be had; DiskError when the disk refuses.
 */
export async function startBroker(env: Env, options: BrokerOptions): Promise<RunningBroker> {
  const node = await BrokerNode.open(env, options);
  const listeners: KafkaListener[] = [];
  const closeListeners = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const stop = async (): Promise<void> => {
    await node.prepareStop();
    await closeListeners();
    await node.close();
  };
  const abandon = async (): Promise<void> => {
    await closeListeners();
    await node.abandon();
  };
  const { intercept } = options;
  try {
    for (const address of options.listeners) {
      listeners.push(await KafkaListener.open(node, { name: LISTENER_NAME, address, intercept }));
    }
    await node.serve(listeners.map(({ listenerName, address }) => ({ name: listenerName, ...address })));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nodeId: node.nodeId,
    clusterId: node.clusterId,
    node,
    addresses: listeners.map(({ address }) => address),
    failed: node.failed,
    stop,
    abandon,
  };
}
