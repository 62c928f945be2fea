import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BrokerProcess } from "../support/broker-process.ts";
import { startKafka } from "../support/kafka.ts";
import { KAFKA_VERSION, kafkaUnavailable } from "../support/kafka-jars.ts";
import { startMillrace } from "../support/millrace.ts";
import { cacheFolder, projectRoot } from "../support/project-files.ts";
import { sections } from "./cases/index.ts";
import { compareSection, type Comparison } from "./compare.ts";
import { Probe, type Recorded, type Section } from "./probe.ts";
import { settle } from "./settle.ts";
import { printReport, writeDifferencesPage } from "./report.ts";

/*
 * npm run differ: the same raw requests go to a real Apache Kafka and to Millrace, and the answers are compared
 * field by field. Kafka's answers are kept in `.cache/` for as long as the requests stay the same.
 */

/**
 * The same for both. The initial delay of a group's first rebalance is set to nothing, because it only makes the
 * run longer; internal topics get one replica, because there is one broker.
 */
const settings = {
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.replication.factor": "1",
  "process.roles": "broker,controller",
  "share.coordinator.state.topic.min.isr": "1",
  "share.coordinator.state.topic.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "transaction.state.log.replication.factor": "1",
};

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    "no-cache": { type: "boolean", default: false },
    "kafka-only": { type: "boolean", default: false },
    against: { type: "string", default: "millrace" },
    docs: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run differ -- [--only REGEX] [--list] [--no-cache] [--kafka-only] [--against kafka] [--verbose] [--docs]
  --only REGEX   only the sections whose name matches
  --list         the sections' names
  --no-cache     ask a real Kafka even if its answers are known
  --kafka-only   only print what Kafka answers
  --against kafka  compare Kafka with another Kafka: shows what this test leaves to chance
  --verbose      print the accepted differences one by one
  --docs         write docs/differences.md
`;

function cacheFile(section: Section): string {
  const hash = createHash("sha256").update(KAFKA_VERSION);
  const sources = ["test/differ/mask.ts", "test/differ/probe.ts", "test/differ/settle.ts"];
  sources.push(`test/differ/cases/${section.name}.ts`, "test/support/batch-bytes.ts");
  for (const folder of ["src/wire/kafka", "src/wire/kafka/schema", "src/wire/kafka/messages"]) {
    const names = readdirSync(join(projectRoot, folder)).filter((name) => /^[\w-]+\.ts$/.test(name));
    sources.push(...names.toSorted().map((name) => `${folder}/${name}`));
  }
  for (const source of sources) hash.update(readFileSync(join(projectRoot, source)));
  return join(cacheFolder("differ"), `${section.name}-${hash.digest("hex").slice(0, 16)}.json`);
}

/** Runs the sections one after the other; a sequence that breaks off keeps what it had recorded. */
async function record(broker: BrokerProcess, wanted: readonly Section[]): Promise<Map<string, Recorded[]>> {
  const answers = new Map<string, Recorded[]>();
  for (const section of wanted) {
    const probe = new Probe(broker);
    try {
      await section.run(probe);
    } catch (error) {
      probe.note("the sequence", "itself", `broke off: ${String(error)}`);
    } finally {
      probe.close();
    }
    answers.set(section.name, probe.recorded);
  }
  return answers;
}

async function kafkaAnswers(wanted: readonly Section[]): Promise<Map<string, Recorded[]>> {
  const isKnown = (section: Section): boolean => !flags["no-cache"] && existsSync(cacheFile(section));
  const missing = wanted.filter((section) => !isKnown(section));
  const answers = new Map<string, Recorded[]>();
  for (const section of wanted.filter(isKnown)) {
    answers.set(section.name, JSON.parse(readFileSync(cacheFile(section), "utf8")) as Recorded[]);
  }
  if (missing.length === 0) return answers;
  const kafka = await startKafka({ settings });
  try {
    await settle(kafka);
    for (const [name, recorded] of await record(kafka, missing)) {
      answers.set(name, recorded);
      const section = missing.find((each) => each.name === name);
      if (section !== undefined) writeFileSync(cacheFile(section), JSON.stringify(recorded));
    }
  } finally {
    await kafka.remove();
  }
  return answers;
}

async function otherAnswers(wanted: readonly Section[]): Promise<Map<string, Recorded[]>> {
  const start = flags.against === "kafka" ? startKafka : startMillrace;
  const other = await start({ settings });
  try {
    await settle(other);
    return await record(other, wanted);
  } finally {
    await other.remove();
  }
}

async function main(): Promise<number> {
  const wanted = sections.filter((section) => new RegExp(flags.only).test(section.name));
  if (flags.help || flags.list) {
    process.stdout.write(flags.help ? HELP : wanted.map((section) => `${section.name}\n`).join(""));
    return 0;
  }
  const unavailable = await kafkaUnavailable();
  if (unavailable !== null) {
    process.stdout.write(`skipped: no Apache Kafka to compare with (${unavailable})\n`);
    return 0;
  }
  const expected = await kafkaAnswers(wanted);
  if (flags["kafka-only"]) {
    for (const [name, recorded] of expected) {
      for (const each of recorded) {
        process.stdout.write(`${name}: ${each.title} (${each.api})\n    ${JSON.stringify(each.answer)}\n`);
      }
    }
    return 0;
  }
  const actual = await otherAnswers(wanted);
  const comparisons = new Map<string, Comparison>();
  for (const [name, recorded] of expected) {
    comparisons.set(name, compareSection(name, recorded, actual.get(name) ?? []));
  }
  if (flags.docs) writeDifferencesPage();
  return printReport(comparisons, flags.verbose);
}

process.exitCode = await main();
