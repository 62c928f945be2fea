import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CLUSTER_CLIENT_DEFAULTS } from "../../src/client/network/cluster-client.ts";
import { CONSUMER_DEFAULTS } from "../../src/client/consumer/consumer-options.ts";
import { PRODUCER_DEFAULTS } from "../../src/client/producer/producer-options.ts";

const folder = fileURLToPath(new URL("../../src/client", import.meta.url));

interface Options {
  readonly title: string;
  /** Where the options are declared: files of src/client, and the interfaces in them. */
  readonly declared: readonly (readonly [file: string, name: string])[];
  readonly defaults: object;
}

const tables: readonly Options[] = [
  {
    title: "Connections: of producers, consumers, admins, and `connectTo`",
    declared: [
      ["connect.ts", "ClusterOptions"],
      ["network/connection-options.ts", "KafkaConnectionOptions"],
      ["network/cluster-client.ts", "ClusterClientOptions"],
      ["network/connection-pool.ts", "ConnectionPoolOptions"],
    ],
    defaults: CLUSTER_CLIENT_DEFAULTS,
  },
  {
    title: "Producers",
    declared: [
      ["producer/producer-options.ts", "ProducerSettings"],
      ["producer/producer-options.ts", "ProducerOptions"],
    ],
    defaults: PRODUCER_DEFAULTS,
  },
  {
    title: "Consumers",
    declared: [
      ["consumer/consumer-options.ts", "ConsumerOptions"],
      ["consumer/fetcher.ts", "FetcherOptions"],
    ],
    defaults: CONSUMER_DEFAULTS,
  },
];

interface Counters {
  readonly title: string;
  readonly declared: readonly (readonly [file: string, name: string])[];
}

const counters: readonly Counters[] = [
  {
    title: "`client.metrics`, of the connections",
    declared: [["network/client-metrics.ts", "ClientMetrics"]],
  },
  { title: "`producer.metrics`", declared: [["producer/producer-metrics.ts", "ProducerMetrics"]] },
  {
    title: "`consumer.metrics`",
    declared: [
      ["consumer/consumption.ts", "ConsumptionCounts"],
      ["consumer/fetcher.ts", "FetchCounts"],
      ["consumer/offset-commits.ts", "CommitCounts"],
      ["consumer/consumer.ts", "ConsumerMetrics"],
    ],
  },
];

const HEAD = `# The client's options and metrics

<!-- Written by \`npm run docs\` from the sources in src/client; a test compares them. -->

Names are Kafka's, in camel case and with their unit: \`...Ms\` are milliseconds, \`...Bytes\` bytes. Every wait and every queue
is bounded by one of them. [The client](client.md) says what they are options of.
`;

/** docs/client-options.md: every option of \`millrace/client\`, with its default and what its source says of it. */
export function clientOptionsPage(): string {
  return [HEAD, ...tables.map(section), ...counters.map(counterSection)].join("\n");
}

function section({ title, declared, defaults }: Options): string {
  const known = defaults as Readonly<Record<string, unknown>>;
  const lines = allFields(declared).map(
    ({ name, text }) => `| \`${name}\` | ${shown(known[name])} | ${text} |`,
  );
  return [`## ${title}`, "", "| Option | Default | |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

function counterSection({ title, declared }: Counters): string {
  const lines = allFields(declared).map(({ name, text }) => `| \`${name}\` | ${text} |`);
  return [`## ${title}`, "", "| Counter | |", "| --- | --- |", ...lines, ""].join("\n");
}

interface Field {
  readonly name: string;
  readonly text: string;
}

/** The fields of several interfaces; of those that stand in two, the first. */
function allFields(declared: Options["declared"]): Field[] {
  const rows = declared.flatMap(([file, name]) => fieldsOf(readFileSync(`${folder}/${file}`, "utf8"), name));
  const byName = new Map(rows.toReversed().map((field) => [field.name, field]));
  return [...new Set(rows.map(({ name }) => name))].map((name) => byName.get(name)!);
}

/** The fields of an interface, with their comments. */
function fieldsOf(source: string, name: string): Field[] {
  const start = source.indexOf(`interface ${name}`);
  const body = source.slice(start, source.indexOf("\n}", start));
  if (start < 0) throw new Error(`There is no interface ${name}`);
  const fields = body.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/)?\n  (?:readonly )?(\w+)\??: /g);
  return [...fields].map(([, comment = "", field]) => ({
    name: field!,
    text: comment
      .replaceAll(/\n\s*\* ?/g, " ")
      .trim()
      .replaceAll("|", "\\|"),
  }));
}

function shown(value: unknown): string {
  if (value === undefined || value === null || typeof value === "function") return "";
  if (typeof value === "number") return value.toLocaleString("en-US");
  return `\`${JSON.stringify(value)}\``;
}
