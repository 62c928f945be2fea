import type { Histogram } from "../base/histogram.ts";
import type { Broker } from "../broker/broker.ts";
import type { PartitionSurvey } from "./partition-survey.ts";
import type { LabelOf, MetricName, metrics } from "../tables/metrics.ts";

/** What is scraped. */
export interface Source {
  readonly broker: Broker;
  /** Of Millrace. */
  readonly version: string;
  /** As of the moment of the scrape. */
  readonly survey: PartitionSurvey;
}

type ValueOf<Name extends MetricName> = (typeof metrics)[Name]["kind"] extends "histogram"
  ? Histogram
  : number;

/** Adds one sample. No two samples of a metric have the same labels. */
export type Put<Name extends MetricName> = [LabelOf<Name>] extends [never]
  ? (value: ValueOf<Name>) => void
  : (value: ValueOf<Name>, labels: Readonly<Record<LabelOf<Name>, string>>) => void;

/**
 * Reads one metric at the time of a scrape. It changes nothing, and only looks at counters and state that are
 * there anyway: whatever does the work pays no more than an addition.
 */
export type Reader<Name extends MetricName> = (source: Source, put: Put<Name>) => void;

/** One for every entry of the catalogue: a missing one does not compile, and neither does one too many. */
export type Readers = { readonly [Name in MetricName]: Reader<Name> };
