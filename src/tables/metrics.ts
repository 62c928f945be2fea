import { clientMetrics } from "./metrics/client-metrics.ts";
import { clusterMetrics } from "./metrics/cluster-metrics.ts";
import { logMetrics } from "./metrics/log-metrics.ts";
import type { MetricTable } from "./metrics/metric.ts";

export type { Metric, MetricTable } from "./metrics/metric.ts";
export { clientMetrics, clusterMetrics, logMetrics };

/** Everything that a scrape of `/metrics` holds, beside what prom-client tells of the process itself. */
export const metrics = { ...clientMetrics, ...logMetrics, ...clusterMetrics } as const satisfies MetricTable;

export type MetricName = keyof typeof metrics;

/** The labels of one metric. */
export type LabelOf<Name extends MetricName> = (typeof metrics)[Name]["labels"][number];
