import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./project-files.ts";
import { commandPath, runProcess } from "./processes.ts";

export const KAFKA_VERSION = "4.3.1";
const LOG4J_VERSION = "2.24.3";
const DOWNLOAD_TIMEOUT_MS = 180_000;

const artifacts = [
  ["org.apache.kafka", "kafka_2.13", KAFKA_VERSION],
  ["org.apache.kafka", "kafka-tools", KAFKA_VERSION],
  ["org.apache.kafka", "kafka-shell", KAFKA_VERSION],
  ["org.apache.logging.log4j", "log4j-core", LOG4J_VERSION],
  ["org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J_VERSION],
] as const;

/** Why Apache Kafka can't be run here, or null. */
export async function kafkaUnavailable(): Promise<string | null> {
  if ((await commandPath("java")) === null) return "no java on PATH";
  if (givenLibraries() !== null) return null;
  if ((await commandPath("mvn")) === null) return "no mvn on PATH, and KAFKA_LIBS names no folder of jars";
  return null;
}

function givenLibraries(): string | null {
  const given = process.env["KAFKA_LIBS"];
  return given !== undefined && isComplete(given) ? given : null;
}

function isComplete(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const names = readdirSync(folder);
  return [`kafka_2.13-${KAFKA_VERSION}.jar`, `kafka-tools-${KAFKA_VERSION}.jar`].every((name) =>
    names.includes(name),
  );
}

/**
 * The class path of Apache Kafka: the folder that KAFKA_LIBS names, else what Maven fetches once into `.cache/`.
 * @throws Error with Maven's last lines when it fails.
 */
export async function kafkaClassPath(): Promise<string> {
  const given = givenLibraries();
  if (given !== null) return `${given}/*`;
  const folder = cacheFolder(`kafka-${KAFKA_VERSION}`);
  const libraries = join(folder, "libs");
  if (!isComplete(libraries)) await download(folder, libraries);
  return `${libraries}/*`;
}

async function download(folder: string, libraries: string): Promise<void> {
  const dependencies = artifacts.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  writeFileSync(
    join(folder, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>millrace.test</groupId><artifactId>kafka-libraries</artifactId><version>1</version>
<dependencies>
${dependencies.join("\n")}
</dependencies></project>
`,
  );
  const target = `-DoutputDirectory=${libraries}`;
  const maven = await runProcess("mvn", ["-q", "-B", "dependency:copy-dependencies", target], {
    cwd: folder,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  if (maven.code !== 0) throw new Error(`Maven can't fetch Kafka: ${maven.stdout.slice(-1_000)}`);
}
