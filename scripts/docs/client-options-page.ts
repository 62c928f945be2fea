import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CLUSTER_CLIENT_DEFAULTS } from "../../src/client/cluster-client.ts";

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
      ["connection-options.ts", "KafkaConnectionOptions"],
      ["cluster-client.ts", "ClusterClientOptions"],
      ["connection-pool.ts", "ConnectionPoolOptions"],
    ],
    defaults: CLUSTER_CLIENT_DEFAULTS,
  },
];

const HEAD = `# The client's options

<!-- Written by \`npm run docs\` from the sources in src/client; a test compares them. -->

Names are Kafka's, in camel case and with their unit: \`...Ms\` are milliseconds, \`...Bytes\` bytes. Every wait and every queue
is bounded by one of them. 
`;

/** docs/client-options.md: every option of \`millrace/client\`, with its default and what its source says of it. */
export function clientOptionsPage(): string {
  return [HEAD, ...tables.map(section)].join("\n");
}

function section({ title, declared, defaults }: Options): string {
  const rows = declared.flatMap(([file, name]) => fieldsOf(readFileSync(`${folder}/${file}`, "utf8"), name));
  const known = defaults as Readonly<Record<string, unknown>>;
  const seen = new Set<string>();
  const lines = rows
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map(({ name, text }) => `| \`${name}\` | ${shown(known[name])} | ${text} |`);
  return [`## ${title}`, "", "| Option | Default | |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

interface Field {
  readonly name: string;
  readonly text: string;
}

/** The fields of an interface that have a comment. */
function fieldsOf(source: string, name: string): Field[] {
  const start = source.indexOf(`interface ${name}`);
  const body = source.slice(start, source.indexOf("\n}", start));
  if (start < 0) throw new Error(`There is no interface ${name}`);
  const fields = body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\??:/g);
  return [...fields].map(([, comment, field]) => ({
    name: field!,
    text: comment!
      .replaceAll(/\n\s*\* ?/g, " ")
      .trim()
      .replaceAll("|", "\\|"),
  }));
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return value.toLocaleString("en-US");
  return `\`${JSON.stringify(value)}\``;
}
