import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBroker, type BrokerOptions, type BrokerProcess } from "./broker-process.ts";
import { kafkaClassPath } from "./kafka-jars.ts";
import { cacheFolder, scratchFolder } from "./project-files.ts";
import { freePort, runProcess, startProcess } from "./processes.ts";

const CLUSTER_ID = "bWlsbHJhY2UtdGVzdC0wMQ";
const HEAP_MB = 512;
const READY_TIMEOUT_MS = 60_000;

/** The collector's flags are those of Kafka's own start script. */
const collectorFlags = [
  "-server",
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-XX:+ExplicitGCInvokesConcurrent",
  "-Djava.awt.headless=true",
];

/** The `-D` option with which Java's log goes to standard error, warnings only. */
export function javaLogOption(level: "INFO" | "WARN" | "ERROR" = "WARN"): string {
  const file = join(cacheFolder("java"), `log4j2-${level}.xml`);
  writeFileSync(
    file,
    `<Configuration status="ERROR"><Appenders><Console name="out" target="SYSTEM_ERR">
<PatternLayout pattern="[%d] %p %m (%c)%n"/></Console></Appenders>
<Loggers><Root level="${level}"><AppenderRef ref="out"/></Root></Loggers></Configuration>
`,
  );
  return `-Dlog4j2.configurationFile=${file}`;
}

interface Ports {
  readonly broker: number;
  readonly controller: number;
}

function serverProperties(folder: string, ports: Ports, options: BrokerOptions): string {
  const settings: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    // A data directory that Millrace made names its voters itself.
    ...(options.isFromMillrace === true
      ? { "controller.quorum.bootstrap.servers": `127.0.0.1:${ports.controller}` }
      : { "controller.quorum.voters": `1@127.0.0.1:${ports.controller}` }),
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${ports.broker}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": folder,
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    ...(options.flush === true ? { "log.flush.interval.messages": "1" } : {}),
    ...options.settings,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/**
 * Apache Kafka as one KRaft node, broker and controller, with node id 1.
 * @throws Error when it can't be fetched, formatted or started.
 */
export async function startKafka(options: BrokerOptions = {}): Promise<BrokerProcess> {
  const classPath = await kafkaClassPath();
  const scratch = scratchFolder("kafka");
  const dataDirectory = options.dataDirectory ?? join(scratch, "data");
  const port = options.port ?? (await freePort());
  const ports = { broker: port, controller: await freePort() };
  const properties = join(scratch, "server.properties");
  writeFileSync(properties, serverProperties(dataDirectory, ports, options));
  const log = javaLogOption();
  if (!existsSync(join(dataDirectory, "meta.properties"))) {
    const format = ["format", "--cluster-id", CLUSTER_ID, "--config", properties];
    const formatted = await runProcess("java", ["-cp", classPath, log, "kafka.tools.StorageTool", ...format]);
    if (formatted.code !== 0) throw new Error(`Formatting failed: ${formatted.stdout}${formatted.stderr}`);
  }
  const heap = `${options.heapMb ?? HEAP_MB}m`;
  const flags = [`-Xmx${heap}`, `-Xms${heap}`, ...collectorFlags, log, "-cp", classPath];
  return startBroker({
    start: () => startProcess("java", [...flags, "kafka.Kafka", properties]),
    port,
    dataDirectory,
    readyTimeoutMs: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
    restart: () => startKafka({ ...options, port, dataDirectory }),
    owned: options.dataDirectory === undefined ? [scratch, dataDirectory] : [scratch],
  });
}
