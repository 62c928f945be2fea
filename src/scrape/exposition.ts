import promClient, { type Metric, type RegistryContentType } from "prom-client";
import { metrics, type MetricName } from "../tables/metrics.ts";
import { clientReaders } from "./client-readers.ts";
import { clusterReaders } from "./cluster-readers.ts";
import { logReaders } from "./log-readers.ts";
import { surveyPartitions } from "./partition-survey.ts";
import type { Reader, Readers, Source } from "./reader.ts";
import { foreignMetric, ownMetric } from "./scraped-metric.ts";

const readers: Readers = { ...clientReaders, ...logReaders, ...clusterReaders };

export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

/** Writes what there is to scrape, in the format that the scraper asks for. */
export class Exposition {
  private readonly process = new promClient.Registry();
  private shown: Omit<Source, "survey"> | null = null;

  /** Begins to watch the process: its memory, event loop and garbage collector. */
  constructor() {
    promClient.collectDefaultMetrics({ register: this.process });
  }

  /** The broker has started. Before that there is only the process. */
  show(source: Omit<Source, "survey">): void {
    this.shown = source;
  }

  /** @param accept The request's Accept header. */
  async scrape(accept: string): Promise<Scrape> {
    const registry = new promClient.Registry<RegistryContentType>();
    if (accept.includes("application/openmetrics-text")) {
      registry.setContentType(promClient.openMetricsContentType);
    }
    const { shown } = this;
    if (shown !== null) {
      const source = { ...shown, survey: surveyPartitions(shown.broker.partitions.all()) };
      for (const name of Object.keys(metrics) as MetricName[]) registry.registerMetric(read(name, source));
    }
    for (const metric of this.process.getMetricsAsArray()) {
      registry.registerMetric(foreignMetric(metric as unknown as Metric));
    }
    return { contentType: registry.contentType, text: await registry.metrics() };
  }
}

function read<Name extends MetricName>(name: Name, source: Source): Metric {
  const reader: Reader<Name> = readers[name];
  return ownMetric(name, metrics[name], (put) => reader(source, put));
}
