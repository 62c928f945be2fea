import type { BrokerProgram } from "./broker-host.ts";

/** The broker as it is shipped, with settings that let a short run see much. */
export const brokerProgram: BrokerProgram = {
  start: () => Promise.reject(new Error("There is no broker yet")),
};
