import { allApis } from "../../src/kafka/apis/index.ts";
import { allMessages } from "../../src/wire/kafka/messages/index.ts";

/** docs/protocol.md: which APIs of Kafka are served, in which versions, from the handlers themselves. */
export function protocolPage(): string {
  const served = allApis
    .filter(({ advertised }) => advertised !== null)
    .toSorted((a, b) => a.message.key - b.message.key)
    .map(({ message, advertised }) => `| ${message.key} | ${message.name} | ${versions(advertised!)} |`);
  const refused = allApis.filter(({ advertised }) => advertised === null).map(({ message }) => message.name);
  const handled = new Set(allApis.map(({ message }) => message.key));
  const absent = allMessages
    .filter(({ key, listeners }) => !handled.has(key) && listeners.includes("broker"))
    .map(({ name }) => name);
  return `${HEAD}
## Served

| key | API | versions |
| --- | --- | --- |
${served.join("\n")}

## Not advertised, answered with an error

${sentence(refused)}

## Not answered

${sentence(absent)} A client that sends one all the same loses its connection, as with Kafka.
`;
}

const HEAD = `# Kafka's protocol

<!-- Written by \`npm run docs\` from src/kafka/apis; a test compares them. -->

What ApiVersions tells a client. How the answers compare with Apache Kafka's, field by field, is what \`npm run differ\`
measures. Some are served to refuse as Kafka does where a feature is off: see [what is not supported](not-supported.md).
`;

function versions({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

function sentence(names: readonly string[]): string {
  return names.length === 0 ? "None." : `${names.join(", ")}.`;
}
