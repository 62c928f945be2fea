import { parseArgs } from "node:util";
import type { BrokerProcess } from "../support/broker-process.ts";
import { startKafka } from "../support/kafka.ts";
import { startMillrace } from "../support/millrace.ts";
import { within } from "../support/processes.ts";
import { World, type Client } from "./client.ts";
import { confluentClient } from "./clients/confluent.ts";
import { javaClient } from "./clients/java-client.ts";
import { kafkaTools } from "./clients/kafka-tools.ts";
import { kafkaTs } from "./clients/kafka-ts.ts";
import { kafkajsClient } from "./clients/kafkajs.ts";
import { kcatClient } from "./clients/kcat.ts";
import { platformatic } from "./clients/platformatic.ts";
import { rdkafkaPerformanceClient } from "./clients/rdkafka-performance.ts";
import { JavaDriver } from "./java-driver.ts";
import { knownFailures } from "./known-failures.ts";
import { printSummary, writeScoreboard, type Outcome } from "./scoreboard.ts";

/*
 * npm run conformance: unmodified foreign clients and Apache Kafka's own tools against Millrace (or, to check the
 * cases themselves, against Apache Kafka). Each case has its own topics and groups; cases of one client run one
 * after the other.
 */

const CASE_TIMEOUT_MS = 40_000;

/** Rebalances of tests need not wait for members to come. */
const settings = { "group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "5" };

const java = new JavaDriver();
const clients: readonly Client[] = [
  kafkajsClient,
  platformatic,
  kafkaTs,
  confluentClient,
  kcatClient,
  rdkafkaPerformanceClient,
  javaClient(java),
  kafkaTools(java),
];

const { values: flags } = parseArgs({
  options: {
    target: { type: "string", default: "millrace" },
    client: { type: "string", default: "" },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run conformance -- [--target millrace|kafka|HOST:PORT] [--client REGEX] [--only REGEX] [--list] [--docs]
  --target   what to test; kafka checks the cases themselves
  --client   only the clients whose name matches
  --only     only the cases whose name matches
  --docs     write docs/conformance.md (needs a run of everything)
`;

async function runCase(client: Client, name: string, broker: BrokerProcess): Promise<Outcome> {
  const startedAtMs = performance.now();
  const run = client.cases[name];
  const outcome = (state: Outcome["state"], reason = ""): Outcome => {
    const tookMs = Math.round(performance.now() - startedAtMs);
    const known = knownFailures[`${client.name} / ${name}`];
    return {
      client: client.name,
      name,
      state,
      reason: known === undefined ? reason : known,
      tookMs,
      isKnown: known !== undefined,
    };
  };
  if (run === undefined) return outcome("skipped", "no such case");
  try {
    const result = await within(
      run(new World(broker)).then(() => "done" as const),
      CASE_TIMEOUT_MS,
    );
    return result === "late"
      ? outcome("failed", `not done after ${CASE_TIMEOUT_MS / 1000} s`)
      : outcome("passed");
  } catch (error) {
    // Whatever a foreign client throws is its verdict on the case.
    return outcome("failed", shortReason(error));
  }
}

function shortReason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s+/g, " ").slice(0, 400);
}

async function runClient(client: Client, broker: BrokerProcess): Promise<Outcome[]> {
  const names = Object.keys(client.cases).filter((name) => new RegExp(flags.only).test(name));
  const skip = (name: string, reason: string): Outcome => {
    return { client: client.name, name, state: "skipped", reason, tookMs: 0, isKnown: false };
  };
  const outcomes: Outcome[] = Object.entries(client.lacks ?? {}).map(([name, reason]) => skip(name, reason));
  const unavailable = await client.prepare().catch((error: unknown) => shortReason(error));
  if (unavailable !== null) return [...outcomes, ...names.map((name) => skip(name, unavailable))];
  for (const name of names) {
    const outcome = await runCase(client, name, broker);
    process.stdout.write(
      `${outcome.state.padEnd(8)} ${client.name.padEnd(20)} ${name.padEnd(24)} ${outcome.tookMs} ms  ${outcome.reason}\n`,
    );
    outcomes.push(outcome);
  }
  await client.close?.();
  return outcomes;
}

async function main(): Promise<number> {
  const wanted = clients.filter((client) => new RegExp(flags.client).test(client.name));
  if (flags.help || flags.list) {
    const lines = wanted.flatMap((client) =>
      Object.keys(client.cases).map((name) => `${client.name} / ${name}\n`),
    );
    process.stdout.write(flags.help ? HELP : lines.join(""));
    return 0;
  }
  const broker = await (flags.target === "kafka" ? startKafka : startMillrace)({ settings });
  try {
    const outcomes: Outcome[] = [];
    for (const client of wanted) outcomes.push(...(await runClient(client, broker)));
    if (flags.docs) writeScoreboard(outcomes);
    return printSummary(outcomes);
  } finally {
    await broker.remove();
  }
}

process.exit(await main()); // Foreign clients may leave timers behind.
