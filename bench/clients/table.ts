import { median, type Figures } from "../figures.ts";
import type { BrokerName } from "../step.ts";
import { contenderNames, type ContenderName } from "./steps.ts";

/** One client at one step and broker in one round; without figures it says why. */
export interface ClientMeasurement {
  readonly round: number;
  readonly broker: BrokerName;
  readonly step: string;
  readonly contender: ContenderName;
  readonly figures: Figures | null;
  readonly error: string | null;
}

interface Line {
  readonly title: string;
  readonly figure: string;
  readonly isBetter: "higher" | "lower";
}

/** Shares of librdkafka's throughput that the client is to reach: within 30 %. */
const OF_LIBRDKAFKA = 0.7;

const cpu: Line = { title: "CPU s/GB", figure: "clientCpuSecondsPerGb", isBetter: "lower" };
const p99: Line = { title: "p99 ms", figure: "p99Ms", isBetter: "lower" };
const records: Line = { title: "records/s", figure: "recordsPerSecond", isBetter: "higher" };
const megabytes: Line = { title: "MB/s", figure: "mbPerSecond", isBetter: "higher" };

function linesOf(step: string): Line[] {
  if (step.startsWith("latency")) return [p99, cpu];
  return step.startsWith("produce-serial") ? [records, p99, cpu] : [megabytes, cpu];
}

const shown = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Medians of all contenders, the ratio to the best other JavaScript client and to librdkafka, and whether that will do. */
export function clientTable(measurements: readonly ClientMeasurement[]): string {
  const steps = [...new Set(measurements.map(({ step }) => step))];
  const brokers = [...new Set(measurements.map(({ broker }) => broker))];
  const rows = steps.flatMap((step) =>
    linesOf(step).flatMap((line) => brokers.map((broker) => row(measurements, { step, broker, line }))),
  );
  const head = ["what", "broker", ...contenderNames, "to the best other", "to librdkafka", ""];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function row(
  measurements: readonly ClientMeasurement[],
  { step, broker, line }: { step: string; broker: BrokerName; line: Line },
): string[] {
  const medianOf = (contender: ContenderName): number | null => {
    const values = measurements
      .filter((each) => each.step === step && each.broker === broker && each.contender === contender)
      .flatMap((each) => each.figures?.[line.figure] ?? []);
    return values.length === 0 ? null : median(values);
  };
  const own = medianOf("millrace");
  const others = contenderNames
    .filter((each) => each !== "millrace" && each !== "librdkafka")
    .flatMap((each) => medianOf(each) ?? []);
  const best = line.isBetter === "higher" ? Math.max(...others) : Math.min(...others);
  const librdkafka = line.figure === "mbPerSecond" ? medianOf("librdkafka") : null;
  const cells = contenderNames.map((each) => {
    const value = medianOf(each);
    return value === null ? "" : shown(value);
  });
  if (own === null || others.length === 0) return [`${step}: ${line.title}`, broker, ...cells, "", "", ""];
  const isAhead = line.isBetter === "higher" ? own > best : own < best;
  const isNear = librdkafka === null || own >= librdkafka * OF_LIBRDKAFKA;
  const verdict = [isAhead ? "" : "BEHIND", isNear ? "" : "FAR FROM librdkafka"].filter(
    (each) => each !== "",
  );
  return [
    `${step}: ${line.title}`,
    broker,
    ...cells,
    shown(own / best),
    librdkafka === null ? "" : shown(own / librdkafka),
    verdict.length === 0 ? "met" : verdict.join(", "),
  ];
}
