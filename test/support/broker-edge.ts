import { BrokerNode } from "../../src/broker/broker-node.ts";
import { effectiveConfig } from "../../src/broker/config.ts";
import { decideCreateTopics } from "../../src/core/cluster/create-topics.ts";
import { apisByKey } from "../../src/kafka/apis/index.ts";
import { World } from "../../src/sim/world.ts";
import { Reader } from "../../src/wire/kafka/reader.ts";
import { decodeResponse, encodeRequest } from "../../src/wire/kafka/schema.ts";
import type { Message, RequestInput, ResponseOf } from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";

/** A whole broker in a simulated machine, asked over the wire's encodings but without a network. */
export class BrokerEdge {
  readonly world: World;
  readonly node: BrokerNode;

  private constructor(world: World, node: BrokerNode) {
    this.world = world;
    this.node = node;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<BrokerEdge> {
    const world = new World(1);
    const { config } = effectiveConfig({ set: { "node.id": "1", ...settings } });
    const env = world.machine("broker").boot();
    const node = await world.complete(BrokerNode.open(env, { dataDir: "/data", config }));
    const listener = { name: "PLAINTEXT", host: "broker", port: 9092 };
    await world.complete(node.serve([listener]));
    return new BrokerEdge(world, node);
  }

  async createTopic(name: string, numPartitions: number): Promise<void> {
    const topic = { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] };
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false };
    await this.world.complete(this.node.controller.change((context) => decideCreateTopics(context, request)));
  }

  topicId(name: string): string {
    return this.node.cluster.topics.get(name)!.id;
  }

  /** Sends a request and returns its answer. */
  call<M extends Message>(message: M, version: number, body: RequestInput<M>): Promise<ResponseOf<M>> {
    const writer = new Writer();
    encodeRequest(message, version, writer, body);
    const reader = new Reader(Buffer.concat(writer.finish()));
    const address = { host: "broker", port: 9092 };
    const context = {
      apiVersion: version,
      clientId: "probe",
      principal: "User:ANONYMOUS",
      listenerName: "PLAINTEXT",
      localAddress: address,
      remoteAddress: address,
      closed: new AbortController().signal,
    };
    const answer = new Promise<ResponseOf<M>>((resolve, reject) => {
      const started = apisByKey.get(message.key)!.start(this.node, reader, context, (pieces) => {
        if (pieces === null || pieces === "close") reject(new Error("Expected an answer"));
        else resolve(decodeResponse(message, version, new Reader(Buffer.concat(pieces))));
      });
      if (started instanceof Promise) started.catch(reject);
    });
    return this.world.complete(answer);
  }
}
