import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  brokerKeys,
  groupKeys,
  topicKeys,
  type ConfigKey,
  type ConfigTable,
} from "../../src/tables/config-keys.ts";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** docs/configuration.md: every key that is known, and whether anything here looks at it. */
export function configurationPage(): string {
  const source = sourceText();
  const isRead = (key: string): boolean => source.includes(`"${key}"`);
  const readTopicKeys = Object.keys(topicKeys).filter(isRead);
  const tables: Readonly<Record<string, ConfigTable>> = { topicKeys, brokerKeys, groupKeys };
  // A broker key is in use as well when it is where a used topic or group key takes its value from.
  const synonyms = new Set(
    [topicKeys, groupKeys].flatMap((table: ConfigTable) =>
      Object.entries(table)
        .filter(([key]) => isRead(key))
        .flatMap(([, entry]) => entry.synonyms ?? []),
    ),
  );
  const inUse = (key: string): boolean => isRead(key) || synonyms.has(key);
  const own = Object.fromEntries(Object.entries(brokerKeys).filter(([key]) => key.startsWith("millrace.")));
  const sections = [
    section("Millrace's own keys", own, inUse),
    section("Topics", tables["topicKeys"]!, (key) => readTopicKeys.includes(key)),
    section(
      "Brokers",
      Object.fromEntries(
        Object.entries(brokerKeys).filter(([key]) => !key.startsWith("millrace.") && inUse(key)),
      ),
      inUse,
    ),
    section("Groups", tables["groupKeys"]!, isRead),
    unused(Object.keys(brokerKeys).filter((key) => !inUse(key))),
  ];
  return `${HEAD}\n${sections.join("\n")}`;
}

const HEAD = `# Configuration

<!-- Written by \`npm run docs\` from src/tables/config-keys.ts; a test compares them. -->

Keys and defaults are Apache Kafka's, with Millrace's own beside them. Later sources win: the defaults, the file of
\`--config\`, variables (\`KAFKA_LOG_RETENTION_MS\` or \`MILLRACE_LOG_RETENTION_MS\` is \`log.retention.ms\`; two underscores
stand for one, three for a dash), and \`--set KEY=VALUE\` with the other options of \`millrace start\`. A key that nobody
knows is a warning; a value that a key cannot have keeps the broker from starting. \`millrace start --print-config\`
shows what is in force and where each value comes from.

"Changed": *restart*, only before the start; *live*, at run time with \`millrace config set\` or any Kafka tool.
`;

function section(title: string, table: ConfigTable, inUse: (key: string) => boolean): string {
  const rows = Object.entries(table)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => row(key, entry, inUse(key)));
  const head = "| key | type | default | changed | |\n| --- | --- | --- | --- | --- |";
  return `## ${title}\n\n${head}\n${rows.join("\n")}\n`;
}

function row(key: string, entry: ConfigKey, isInUse: boolean): string {
  const changed = entry.update === "restart" ? "restart" : "live";
  const doc = `${entry.doc}${isInUse ? "" : " **No effect yet.**"}`.replaceAll("|", "\\|");
  const shown = entry.default === null ? "" : entry.default === "" ? '""' : `\`${entry.default}\``;
  return `| \`${key}\` | ${entry.type} | ${shown} | ${changed} | ${doc} |`;
}

function unused(keys: readonly string[]): string {
  const list = keys.toSorted().map((key) => `\`${key}\``);
  return `## Keys of Kafka that are accepted and have no effect\n\n${list.join(", ")}\n`;
}

/** All sources but the tables themselves, where every key stands. */
function sourceText(): string {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("tables"))
    .toSorted()
    .map((path) => readFileSync(`${src}/${path}`, "utf8"))
    .join("\n");
}
