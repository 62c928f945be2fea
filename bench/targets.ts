import type { BrokerName } from "./step.ts";

/** A ratio of two medians and what it is to be. */
export interface Target {
  readonly title: string;
  readonly step: string;
  readonly figure: string;
  readonly of: BrokerName;
  readonly to: BrokerName;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const pair = { of: "millrace", to: "kafka" } as const;

function produceTargets(
  tool: string,
  size: string,
  rates: { readonly speed: number; readonly cpu: number },
): Target[] {
  return ["acks1-1p", "acks1-16p", "acksall-1p", "acksall-16p"].flatMap((kind) => {
    const step = `${tool}-${size}-${kind}`;
    return [
      { title: `${step}: MB/s`, step, figure: "mbPerSecond", ...pair, atLeast: rates.speed },
      { title: `${step}: CPU s/GB`, step, figure: "cpuSecondsPerGb", ...pair, atMost: rates.cpu },
    ];
  });
}

function latencyTargets(recordsPerSecond: number): Target[] {
  const step = `latency-${recordsPerSecond}`;
  const pairs: ReadonlyArray<readonly [of: BrokerName, to: BrokerName, atMost: number]> = [
    ["millrace", "kafka-flush", 0.5],
    ["millrace", "kafka", 1],
    ["millrace-page-cache", "kafka", 0.5],
  ];
  return pairs.flatMap(([of, to, atMost]) =>
    ["p99Ms", "p999Ms"].map((figure) => ({
      title: `${step}: ${figure}, ${of} to ${to}`,
      step,
      figure,
      of,
      to,
      atMost,
    })),
  );
}

const serial = "one-per-request-serial";

export const targets: readonly Target[] = [
  ...produceTargets("librdkafka", "1k", { speed: 2, cpu: 0.4 }),
  ...produceTargets("java", "1k", { speed: 1.3, cpu: 0.5 }),
  ...produceTargets("librdkafka", "100b", { speed: 1.1, cpu: 0.6 }),
  ...produceTargets("java", "100b", { speed: 1.1, cpu: 0.6 }),
  {
    title: "one per request, pipelined",
    step: "one-per-request-pipelined",
    figure: "requestsPerSecond",
    ...pair,
    atLeast: 10,
  },
  {
    title: "one in flight, to Kafka that flushes",
    step: serial,
    figure: "requestsPerSecond",
    of: "millrace",
    to: "kafka-flush",
    atLeast: 2,
  },
  {
    title: "one in flight, both page cache",
    step: serial,
    figure: "requestsPerSecond",
    of: "millrace-page-cache",
    to: "kafka",
    atLeast: 2,
  },
  {
    title: "consume from the start: MB/s",
    step: "consume-1k-start",
    figure: "mbPerSecond",
    ...pair,
    atLeast: 1.3,
  },
  {
    title: "consume at the tail: MB/s",
    step: "consume-1k-tail",
    figure: "mbPerSecond",
    ...pair,
    atLeast: 1.3,
  },
  ...latencyTargets(1_000),
  ...latencyTargets(5_000),
  { title: "start to first Metadata", step: "start", figure: "firstMetadataMs", ...pair, atMost: 0.1 },
  { title: "memory, idle", step: "start", figure: "idleMb", ...pair, atMost: 0.25 },
  {
    title: "memory under load",
    step: "librdkafka-1k-acksall-16p",
    figure: "residentMaxMb",
    ...pair,
    atMost: 0.25,
  },
  {
    title: "1,000 topics in one request: seconds",
    step: "create-1000-topics",
    figure: "seconds",
    ...pair,
    atMost: 1,
  },
  {
    title: "topics one by one: a second",
    step: "create-topics-one-by-one",
    figure: "topicsPerSecond",
    ...pair,
    atLeast: 10,
  },
  {
    title: "restart with 10,000 partitions",
    step: "restart-10000-partitions",
    figure: "afterStopMs",
    ...pair,
    atMost: 1,
  },
];
