import { Command } from "commander";
import { withFormat } from "../output.ts";
import { gathered } from "../usage.ts";

export function startCommand(): Command {
  return withFormat(new Command("start").description("Run a broker in the foreground."))
    .option("--listen <host:port>", "address to serve clients at (repeatable)", gathered)
    .option("--data-dir <dir>", "where everything is kept; made when missing (default: ./millrace-data)")
    .option("--metrics <host:port>", "serve /metrics, /healthz and /readyz there; :9404 is on loopback")
    .option("--config <file>", "a server.properties file in Kafka's format")
    .option("--set <key=value>", "one configuration key (repeatable)", gathered)
    .option("--print-config", "print the configuration in force, with where each value comes from, and end")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .addHelpText(
      "after",
      `
Later sources win: defaults, --config, KAFKA_* and MILLRACE_* variables (KAFKA_LOG_RETENTION_MS is
log.retention.ms), then --set and the other options.

Examples:
  millrace start
  millrace start --listen 0.0.0.0:9092 --data-dir /var/lib/millrace
  millrace start --config server.properties --set log.retention.hours=24
  millrace start --set millrace.fsync.before.ack=false     like Kafka: acknowledge from the page cache
  millrace start --metrics :9404                           for Prometheus: docs/metrics.md
  millrace start --print-config --format json
`,
    )
    .action(async (options) => {
      const { runStart } = await import("../start/run-start.ts");
      await runStart(options);
    });
}
