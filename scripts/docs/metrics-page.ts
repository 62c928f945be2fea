import {
  clientMetrics,
  clusterMetrics,
  logMetrics,
  type Metric,
  type MetricTable,
} from "../../src/tables/metrics.ts";

/** docs/metrics.md: everything that a scrape holds. */
export function metricsPage(): string {
  return [
    HEAD,
    section("Clients", clientMetrics),
    section("Logs and disks", logMetrics),
    section("Partitions, groups, controller", clusterMetrics),
    TAIL,
  ].join("\n");
}

const HEAD = `# Metrics

<!-- Written by \`npm run docs\` from src/tables/metrics.ts; a test compares them. -->

\`\`\`sh
millrace start --metrics :9404     # or the key millrace.metrics.listen
curl http://127.0.0.1:9404/metrics
\`\`\`

Without a host it is served on loopback only; \`--metrics 0.0.0.0:9404\` opens it, unencrypted and to everybody. Without the
option nothing is served, and what serves it is not even loaded.

| path | |
| --- | --- |
| \`/metrics\` | Prometheus's text format, or OpenMetrics if the Accept header asks for it |
| \`/healthz\` | 200 while the process answers, also during a long recovery; 503 once the broker cannot go on |
| \`/readyz\` | 200 while clients are served; 503 before that and from the first signal to stop on |

A scrape takes a few milliseconds of the broker's time, with 10,000 partitions some 10. Durations are in seconds, sizes in
bytes, and counters begin at 0 with the broker. The first \`millrace.metrics.topics.max\` topics have series of their own, all
others one together, with the label \`topic="(other)"\`; the series of a deleted topic ends. The right column names what comes
nearest in Apache Kafka, for whoever moves a dashboard: Kafka tells rates and means where there is a counter or a histogram
here.

Beside these, prom-client tells of the process: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`,
\`process_open_fds\`, \`nodejs_eventloop_lag_seconds\` with its quantiles, \`nodejs_gc_duration_seconds\`,
\`nodejs_heap_size_used_bytes\` and some more.
`;

const TAIL = `## Worth an alert

| | |
| --- | --- |
| \`millrace_log_directory_online == 0\` | a disk has failed; the broker serves what it has in memory and takes no writes |
| \`millrace_log_directory_full == 1\` | no room: producers are refused until there is |
| \`millrace_partitions_offline > 0\` | partitions that nobody can write to or read from |
| \`rate(millrace_request_errors_total{error="UNKNOWN_SERVER_ERROR"}[5m]) > 0\` | a bug: the log has the stack |
| \`histogram_quantile(0.99, rate(millrace_log_sync_duration_seconds_bucket[5m])) > 0.1\` | the device is slow, and so is every acks=all |
| \`nodejs_eventloop_lag_p99_seconds > 0.1\` | the process has more to do than one core gives |
| \`millrace_group_lag_records\` growing | a consumer does not keep up |
`;

function section(title: string, table: MetricTable): string {
  const rows = Object.entries(table).map(([name, entry]) => row(name, entry));
  return `## ${title}\n\n| metric | kind | labels | | in Kafka |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function row(name: string, { kind, labels, help, kafka }: Metric): string {
  const counterpart = kafka === undefined ? "" : `\`${kafka}\``;
  return `| \`${name}\` | ${kind} | ${labels.join(", ")} | ${help} | ${counterpart} |`;
}
