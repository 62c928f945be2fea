import { BrokerConfig, type StaticConfig } from "../../src/core/cluster/config/broker-config.ts";
import { decideRegistration, decideUnfence } from "../../src/core/cluster/broker-lifecycle.ts";
import { ClusterChange } from "../../src/core/cluster/cluster-change.ts";
import { ClusterImage } from "../../src/core/cluster/cluster-image.ts";
import { decideCreateTopics } from "../../src/core/cluster/create-topics.ts";
import type { Decision, DecisionContext } from "../../src/core/cluster/decision.ts";
import { decideBootstrap, SUPPORTED_FEATURES } from "../../src/core/cluster/features.ts";

/** A cluster for tests: decisions are applied at once, ids count up, placement begins at the first broker. */
export class ExampleCluster {
  readonly image = new ClusterImage();
  readonly config: BrokerConfig;
  change = new ClusterChange();
  private nextOffset = 0;
  private ids = 0;

  constructor(settings: Readonly<Record<string, string>> = {}) {
    const started = Object.entries(settings).map(([name, value]): [string, StaticConfig] => [
      name,
      { value, origin: "file" },
    ]);
    this.config = new BrokerConfig(new Map(started));
    this.decide(decideBootstrap);
    this.addBroker(1);
  }

  decide<Response>(decide: (context: DecisionContext) => Decision<Response>): Response {
    const { records, response } = decide(this.context());
    this.change = new ClusterChange();
    for (const record of records) this.image.apply(record, this.change);
    this.nextOffset += records.length;
    return response;
  }

  context(): DecisionContext {
    return {
      image: this.image,
      config: this.config,
      nextOffset: this.nextOffset,
      newId: () => exampleId((this.ids += 1)),
      below: () => 0,
    };
  }

  addBroker(brokerId: number, options: { readonly isComplete?: boolean } = {}): void {
    const registration = {
      brokerId,
      incarnationId: exampleId(1000 + this.nextOffset),
      endpoints: [{ name: "PLAINTEXT", host: "localhost", port: 9091 + brokerId, securityProtocol: 0 }],
      features: SUPPORTED_FEATURES,
      rack: null,
      logDirs: [exampleId(2000 + brokerId)],
      isComplete: options.isComplete ?? true,
    };
    this.decide((context) => decideRegistration(context, registration));
    this.decide((context) => decideUnfence(context, brokerId));
  }

  addTopic(name: string, numPartitions = 1, configs: Readonly<Record<string, string>> = {}): void {
    const entries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    const topic = { name, numPartitions, replicationFactor: -1, assignments: [], configs: entries };
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false };
    this.decide((context) => decideCreateTopics(context, request));
  }
}

/** Distinct ids that are easy to tell apart. */
export function exampleId(number: number): string {
  const bytes = Buffer.alloc(16, 1);
  bytes.writeUInt32BE(number, 12);
  return bytes.toString("base64url");
}
