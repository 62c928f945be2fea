import { withProcessFigures } from "../figures.ts";
import { brokerNames, type BrokerName, type Step } from "../step.ts";
import { rawLoad } from "../tools/raw-load.ts";

const IN_FLIGHT = 512;
const RECORD_BYTES = 1_024;

function requestsStep(name: string, brokers: readonly BrokerName[], mode: "pipelined" | "serial"): Step {
  return {
    name,
    brokers,
    run: (bench) =>
      bench.withTopic(1, (topic) =>
        withProcessFigures(bench.pid, async () => {
          await rawLoad(bench, topic, { mode, amount: IN_FLIGHT, seconds: 1 }); // Whatever compiles while running does so now.
          const result = await rawLoad(bench, topic, { mode, amount: IN_FLIGHT });
          return {
            requestsPerSecond: result.answered / result.seconds,
            loadCpuShare: result.cpuSeconds / result.seconds,
            bytes: result.answered * RECORD_BYTES,
          };
        }),
      ),
  };
}

function latencyStep(recordsPerSecond: number): Step {
  return {
    name: `latency-${recordsPerSecond}`,
    brokers: brokerNames,
    run: (bench) =>
      bench.withTopic(1, (topic) =>
        withProcessFigures(bench.pid, async () => {
          const seconds = bench.seconds * 2;
          const result = await rawLoad(bench, topic, { mode: "latency", amount: recordsPerSecond, seconds });
          const { p50Ms, p99Ms, p999Ms, maxMs } = result;
          return { p50Ms, p99Ms, p999Ms, maxMs, missing: result.sent - result.answered };
        }),
      ),
  };
}

export const singleRecordSteps: readonly Step[] = [
  requestsStep("one-per-request-pipelined", ["kafka", "millrace", "bare"], "pipelined"),
  requestsStep("one-per-request-serial", brokerNames, "serial"),
  latencyStep(1_000),
  latencyStep(5_000),
];
