import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { BrokerProcess } from "../test/support/broker-process.ts";
import { startKafka } from "../test/support/kafka.ts";
import { kafkaUnavailable } from "../test/support/kafka-jars.ts";
import { startMillrace } from "../test/support/millrace.ts";
import { startBare } from "./bare/start-bare.ts";
import { benchClients, knownContenders, wantedSteps } from "./clients/bench-clients.ts";
import { clientTable, type ClientMeasurement } from "./clients/table.ts";
import { ratioTable, writeResults, type Measurement } from "./report.ts";
import { Unavailable } from "../test/support/rdkafka.ts";
import { Bench, brokerNames, type BrokerName, type Step } from "./step.ts";
import { singleRecordSteps } from "./steps/single-record.ts";
import { consumeSteps, produceSteps } from "./steps/throughput.ts";
import { startStep, topicSteps } from "./steps/topics.ts";

/*
 * npm run bench: Millrace and Apache Kafka side by side, in rounds, so that a machine that changes its pace while
 * this runs does so for both. One broker runs at a time; its order in a round changes from round to round.
 */

const steps: readonly Step[] = [
  startStep,
  ...produceSteps,
  ...consumeSteps,
  ...singleRecordSteps,
  ...topicSteps,
];

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    only: { type: "string", default: "" },
    broker: { type: "string", default: "" },
    clients: { type: "boolean", default: false },
    client: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench -- [--rounds N] [--quick] [--seconds S] [--only REGEX] [--broker REGEX]
                  [--clients [--client REGEX]] [--list]
  --rounds N      rounds over all brokers (3); the table holds medians
  --quick         one round, two seconds a load
  --seconds S     length of one load (5; with --clients 3)
  --only REGEX    only the steps whose name matches
  --broker REGEX  only the brokers whose name matches: ${brokerNames.join(", ")}
  --clients       the JavaScript clients side by side, instead of the brokers
  --client REGEX  only the clients whose name matches: ${knownContenders}
  --list          the steps' names
`;

/** The heap is that of Kafka's own start script. */
const HEAP_MB = 1_024;

function start(name: BrokerName): Promise<BrokerProcess> {
  const settings = { "group.initial.rebalance.delay.ms": "0", "log.segment.delete.delay.ms": "1000" };
  const readyTimeoutMs = 180_000; // A restart with 10,000 partitions takes its time.
  if (name === "kafka" || name === "kafka-flush") {
    return startKafka({ settings, flush: name === "kafka-flush", heapMb: HEAP_MB, readyTimeoutMs });
  }
  if (name === "bare" || name === "bare-page-cache") return startBare({ flush: name === "bare" });
  return startMillrace({ settings, flush: name === "millrace", isCompiled: true, readyTimeoutMs });
}

/** What the step before left in the page cache would be written during this one, and be charged to it. */
function settleDisk(): void {
  if (process.platform !== "win32") spawnSync("sync");
}

async function measure(bench: Bench, step: Step): Promise<Pick<Measurement, "figures" | "error">> {
  settleDisk();
  try {
    return { figures: await step.run(bench), error: null };
  } catch (error) {
    // A step that fails costs its own figures only; the reason stands in the results.
    const reason = error instanceof Unavailable ? `skipped: ${error.message}` : `failed: ${String(error)}`;
    return { figures: null, error: reason.replaceAll(/\s+/g, " ").slice(0, 500) };
  }
}

function line({
  who,
  step,
  figures,
  error,
}: Pick<Measurement, "step" | "figures" | "error"> & { who: string }): string {
  const figure = ([name, value]: [string, number]): string => `${name} ${Number(value.toPrecision(4))}`;
  const shown = figures === null ? error : Object.entries(figures).map(figure).join(", ");
  return `${who.padEnd(24)} ${step.padEnd(28)} ${shown}\n`;
}

async function runRound(round: number, wanted: readonly Step[], measurements: Measurement[]): Promise<void> {
  const order = round % 2 === 1 ? brokerNames : brokerNames.toReversed();
  for (const broker of order.filter((name) => new RegExp(flags.broker).test(name))) {
    const own = wanted.filter((step) => step.brokers.includes(broker));
    if (own.length === 0) continue;
    const bench = new Bench(await start(broker), secondsALoad());
    try {
      for (const step of own) {
        const measurement = { round, broker, step: step.name, ...(await measure(bench, step)) };
        measurements.push(measurement);
        process.stdout.write(line({ ...measurement, who: broker }));
      }
    } finally {
      await bench.broker.remove();
    }
  }
}

const secondsALoad = (): number => Number(flags.seconds ?? (flags.quick ? 2 : flags.clients ? 3 : 5));

async function runClientRound(round: number, measurements: ClientMeasurement[]): Promise<void> {
  const order = (round % 2 === 1 ? ["millrace", "kafka"] : ["kafka", "millrace"]) as BrokerName[];
  for (const broker of order.filter((name) => new RegExp(flags.broker).test(name))) {
    const bench = new Bench(await start(broker), secondsALoad());
    try {
      await benchClients(bench, {
        round,
        broker,
        steps: wantedSteps(new RegExp(flags.only)),
        clients: new RegExp(flags.client),
        settleDisk,
        report(measurement) {
          measurements.push(measurement);
          process.stdout.write(line({ ...measurement, who: `${measurement.contender} to ${broker}` }));
        },
      });
    } finally {
      await bench.broker.remove();
    }
  }
}

/** The rounds of one of the two tables; returns the table and what it is made of. */
async function runRounds(): Promise<{ table: string; measurements: readonly object[] }> {
  const rounds = flags.quick ? 1 : Number(flags.rounds);
  const ofBrokers: Measurement[] = [];
  const ofClients: ClientMeasurement[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.stdout.write(`round ${round} of ${rounds}\n`);
    await (flags.clients ? runClientRound(round, ofClients) : runRound(round, wanted(), ofBrokers));
  }
  return flags.clients
    ? { table: clientTable(ofClients), measurements: ofClients }
    : { table: ratioTable(ofBrokers), measurements: ofBrokers };
}

const wanted = (): Step[] => steps.filter((step) => new RegExp(flags.only).test(step.name));

async function main(): Promise<number> {
  const names = (flags.clients ? wantedSteps(new RegExp(flags.only)) : wanted()).map(({ name }) => name);
  if (flags.help || flags.list) {
    process.stdout.write(flags.help ? HELP : names.map((name) => `${name}\n`).join(""));
    return 0;
  }
  const unavailable = await kafkaUnavailable();
  if (unavailable !== null) {
    process.stdout.write(`skipped: no Apache Kafka to compare with (${unavailable})\n`);
    return 0;
  }
  const startedAt = new Date();
  const results = await runRounds();
  const kind = flags.clients ? "clients" : "brokers";
  process.stdout.write(`\n${results.table}\nwritten to ${writeResults({ kind, ...results }, startedAt)}\n`);
  return 0;
}

process.exit(await main());
