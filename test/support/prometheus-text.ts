/** One series of a scrape. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric of a scrape: its series stand together behind its HELP and TYPE. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly series: Series[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus's text format (0.0.4), or OpenMetrics's, and holds it against their rules.
 * @throws Error with the line that breaks one.
 */
export function readPrometheusText(
  text: string,
  format: "text" | "openmetrics" = "text",
): Map<string, Family> {
  const isOpenMetrics = format === "openmetrics";
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("The last line does not end");
  if (isOpenMetrics && lines.pop() !== "# EOF") throw new Error("The end is missing");
  let family: Family | null = null;
  for (const line of lines) {
    if (line === "" && !isOpenMetrics) continue;
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment?.[1] === "HELP") {
      const [, , name, help] = comment;
      if (families.has(name!)) throw new Error(`A metric stands in two places: ${line}`);
      family = null;
      families.set(name!, { name: name!, help: help!, type: "", series: [] });
    } else if (comment?.[1] === "TYPE") {
      const [, , name, type] = comment;
      family = { ...families.get(name!)!, type: type! };
      if (family.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      families.set(name, family);
    } else {
      if (family === null) throw new Error(`No TYPE before: ${line}`);
      const series = seriesIn(line);
      if (!namesOf(family, isOpenMetrics).includes(series.name))
        throw new Error(`Not of ${family.name}: ${line}`);
      const key = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(key)) throw new Error(`A series stands twice: ${line}`);
      seen.add(key);
      family.series.push(series);
    }
  }
  for (const each of families.values()) if (each.type === "histogram") checkHistogram(each);
  return families;
}

/** The value of one series; the labels must be given in full. Undefined when it is not there. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = keyOf(labels);
  return families.get(name)?.series.find((series) => keyOf(series.labels) === wanted)?.value;
}

function namesOf({ name, type }: Family, isOpenMetrics: boolean): string[] {
  if (type === "counter" && isOpenMetrics) return name.endsWith("_total") ? [] : [`${name}_total`];
  return (SUFFIXES[type] ?? [""]).map((suffix) => name + suffix);
}

function seriesIn(line: string): Series {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`Not a sample: ${line}`);
  const [, name, labelText = "", valueText] = match;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const label = LABEL.exec(labelText);
    if (label === null) throw new Error(`Not labels: ${line}`);
    labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
  }
  const value = valueText === "+Inf" ? Infinity : valueText === "Nan" ? NaN : Number(valueText);
  if (Number.isNaN(value) && valueText !== "Nan") throw new Error(`Not a value: ${line}`);
  return { name: name!, labels, value };
}

/** Buckets ascend, the last is without a bound and equals the count. */
function checkHistogram({ name, series }: Family): void {
  const byLabels = new Map<string, { bounds: number[]; counts: number[]; count: number | null }>();
  for (const { name: sampleName, labels, value } of series) {
    const { le, ...rest } = labels;
    const key = keyOf(rest);
    const group = byLabels.get(key) ?? { bounds: [], counts: [], count: null };
    byLabels.set(key, group);
    if (sampleName === `${name}_count`) group.count = value;
    if (sampleName !== `${name}_bucket`) continue;
    group.bounds.push(le === "+Inf" ? Infinity : Number(le));
    group.counts.push(value);
  }
  for (const { bounds, counts, count } of byLabels.values()) {
    const ascends = (values: number[]): boolean =>
      values.every((value, at) => at === 0 || value >= values[at - 1]!);
    const isWhole = bounds.at(-1) === Infinity && counts.at(-1) === count;
    if (!isWhole || !ascends(bounds) || !ascends(counts)) throw new Error(`Not a histogram: ${name}`);
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
