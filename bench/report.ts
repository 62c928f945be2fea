import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpus } from "node:os";
import { projectRoot } from "../test/support/project-files.ts";
import { median, type Figures } from "./figures.ts";
import type { BrokerName } from "./step.ts";
import { targets, type Target } from "./targets.ts";

/** One step at one broker in one round; without figures it says why. */
export interface Measurement {
  readonly round: number;
  readonly broker: BrokerName;
  readonly step: string;
  readonly figures: Figures | null;
  readonly error: string | null;
}

function medianOf(measurements: readonly Measurement[], broker: BrokerName, target: Target): number | null {
  const values = measurements
    .filter((each) => each.broker === broker && each.step === target.step)
    .flatMap((each) => each.figures?.[target.figure] ?? []);
  return values.length === 0 ? null : median(values);
}

const meets = ({ atLeast = -Infinity, atMost = Infinity }: Target, ratio: number): boolean =>
  ratio >= atLeast && ratio <= atMost;

const shown = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** The bare server in the durability mode of the broker that it stands beside. */
const bareFor = (of: BrokerName): BrokerName => (of === "millrace-page-cache" ? "bare-page-cache" : "bare");

/**
 * The table of ratios: what was measured at both, the ratio, what it is to be. The last column holds the ratio that
 * the bare server comes to: it does none of a broker's work, and is no bound: a better program may come to more.
 */
export function ratioTable(measurements: readonly Measurement[]): string {
  const rows = targets.flatMap((target) => {
    const ours = medianOf(measurements, target.of, target);
    const theirs = medianOf(measurements, target.to, target);
    if (ours === null || theirs === null) return [];
    const ratio = ours / theirs;
    const isMet = meets(target, ratio);
    const bare = medianOf(measurements, bareFor(target.of), target);
    const goal = target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
    const limit =
      bare === null ? "" : `${shown(bare / theirs)}${meets(target, bare / theirs) ? "" : ", misses too"}`;
    const verdict = isMet ? "met" : "MISSED";
    const cells = [target.title, shown(ours), shown(theirs), shown(ratio), goal, verdict, limit];
    return [`| ${cells.join(" | ")} |`];
  });
  const head = "| what | millrace | kafka | ratio | target | | bare server |\n|---|---|---|---|---|---|---|";
  return `${head}\n${rows.join("\n")}\n`;
}

/** Writes every measurement and the table; returns the file. `kind` goes in front of the file's name. */
export function writeResults(
  results: {
    readonly kind: "brokers" | "clients";
    readonly measurements: readonly object[];
    readonly table: string;
  },
  startedAt: Date,
): string {
  const folder = join(projectRoot, "bench/results");
  mkdirSync(folder, { recursive: true });
  const name = `${results.kind}-${startedAt.toISOString().replaceAll(/[:.]/g, "-")}`;
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? "unknown", node: process.version };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ startedAt, machine, measurements: results.measurements }, null, 2));
  writeFileSync(join(folder, `${name}.md`), results.table);
  return file;
}
