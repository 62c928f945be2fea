import { effectiveConfig } from "../../broker/config.ts";
import { startBroker } from "../../main.ts";
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
  start(env, ownSettings) {
    const { config } = effectiveConfig({ set: { ...settings, ...ownSettings } });
    return startBroker(env, { listeners: [{ host: "0.0.0.0", port: 9092 }], dataDir: "/data", config });
  },
};
