import type { Metric } from "prom-client";
import type { Histogram } from "../base/histogram.ts";
import type { Metric as MetricEntry } from "../tables/metrics.ts";

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not the metric's own. */
  readonly metricName?: string;
}

/** What prom-client's registry asks of a metric when it writes a scrape. */
interface Scraped {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

/**
 * A metric as it is at this moment, in the shape that prom-client writes out. One serves one scrape: the registry
 * renames its counters when it writes OpenMetrics.
 */
class ScrapedMetric {
  name: string;
  readonly type: string;
  private readonly read: () => Promise<Scraped> | Scraped;

  constructor({ name, type }: Pick<Scraped, "name" | "type">, read: () => Promise<Scraped> | Scraped) {
    this.name = name;
    this.type = type;
    this.read = read;
  }

  async get(): Promise<Scraped> {
    return { ...(await this.read()), name: this.name };
  }
}

/** One of prom-client's own, such as those of the process. */
export function foreignMetric(metric: Metric): Metric {
  // The types of prom-client hide the name, and say of the type that it is a number; it is a word.
  const facts = metric as unknown as Pick<Scraped, "name" | "type">;
  return asMetric(new ScrapedMetric(facts, async () => (await metric.get()) as unknown as Scraped));
}

/** One of ours: `read` calls `put` for each series. */
export function ownMetric(
  name: string,
  entry: MetricEntry,
  read: (put: (value: number | Histogram, labels?: Sample["labels"]) => void) => void,
): Metric {
  const values: Sample[] = [];
  read((value, labels = {}) => {
    if (typeof value === "number") values.push({ labels, value });
    else values.push(...samplesOf(name, value, labels));
  });
  const scraped = { name, help: entry.help, type: entry.kind, values };
  return asMetric(new ScrapedMetric(scraped, () => scraped));
}

/** prom-client's type names its own classes, but its registry uses no more than these three members. */
function asMetric(metric: ScrapedMetric): Metric {
  return metric as unknown as Metric;
}

function samplesOf(name: string, histogram: Histogram, labels: Sample["labels"]): Sample[] {
  const bounds: (number | string)[] = [...histogram.bounds, "+Inf"];
  const buckets = histogram.cumulative().map((value, index): Sample => {
    return { labels: { ...labels, le: bounds[index]! }, value, metricName: `${name}_bucket` };
  });
  return [
    ...buckets,
    { labels, value: histogram.sum, metricName: `${name}_sum` },
    { labels, value: histogram.count, metricName: `${name}_count` },
  ];
}
