import { BrokerNode } from "../../broker/broker-node.ts";
import { effectiveConfig } from "../../broker/config.ts";
import { KafkaListener } from "../../kafka/kafka-listener.ts";
import "./provisional-apis.ts";
import type { BrokerProgram } from "./broker-host.ts";

/** Settings that let a short run see much. */
const settings = {
  "group.initial.rebalance.delay.ms": "100",
  "log.cleaner.backoff.ms": "300",
  "log.retention.check.interval.ms": "500",
  "offsets.topic.num.partitions": "2",
};

/** The broker as it is shipped. */
export const brokerProgram: BrokerProgram = {
  async start(env) {
    const { config } = effectiveConfig({ set: settings });
    const node = await BrokerNode.open(env, { dataDir: "/data", config });
    const listener = await KafkaListener.open(node, "PLAINTEXT", { host: "0.0.0.0", port: 9092 });
    await node.serve([{ ...listener.address, name: "PLAINTEXT" }]);
    return {
      failed: node.failed,
      async stop() {
        await node.prepareStop();
        await listener.close();
        await node.close();
      },
    };
  },
};
