/**
 * `counter`: only grows, from 0 at the start of the broker. `gauge`: what is now. `histogram`: counts by size, with
 * their sum.
 */
type MetricKind = "counter" | "gauge" | "histogram";

export interface Metric {
  readonly kind: MetricKind;
  /** Each takes few values, or the number of its values is bounded by configuration. */
  readonly labels: readonly string[];
  /** One sentence for the operator. */
  readonly help: string;
  /** The MBean under which Apache Kafka tells the same, where there is one. */
  readonly kafka?: string;
}

/**
 * What a table of metrics is checked against. Names are Prometheus's: the unit last, in seconds or bytes, `_total`
 * behind a counter.
 */
export type MetricTable = Readonly<Record<`millrace_${string}`, Metric>>;
