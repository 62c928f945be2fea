import type { Command } from "commander";

export type Format = "table" | "json";
export type Cell = string | number | boolean | null;
/** One row by column name, in the order in which columns are shown. */
export type Row = Readonly<Record<string, Cell | readonly Cell[]>>;

/**
 * Prints rows for people or for programs. A table names its columns even when it is empty; JSON is one array
 * of objects with the same names.
 */
export async function printRows(
  format: Format,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  if (format === "json") {
    writeOut(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const { default: Table } = await import("cli-table3");
  const chars = Object.fromEntries(BORDERS.map((border) => [border, ""]));
  const table = new Table({
    head: columns.map((column) => labelOf(column).toUpperCase()),
    chars: { ...chars, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: columns.map((column) => (isNumeric(rows, column) ? "right" : "left")),
  });
  for (const row of rows) table.push(columns.map((column) => textOf(row[column])));
  const lines = table.toString().split("\n");
  writeOut(`${lines.map((line) => line.trimEnd()).join("\n")}\n`);
}

const BORDERS = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
];

/** Programs get `clusterId`, people "cluster id". */
function labelOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isNumeric(rows: readonly Row[], column: string): boolean {
  return rows.length > 0 && rows.every((row) => typeof row[column] === "number" || row[column] === null);
}

function textOf(value: Row[string] | undefined): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "object") return value.join(",");
  return String(value);
}

/** Names and values, one a line; JSON is one object. */
export async function printFacts(format: Format, facts: Row): Promise<void> {
  if (format === "json") writeOut(`${JSON.stringify(facts, null, 2)}\n`);
  else {
    const width = Math.max(...Object.keys(facts).map((name) => labelOf(name).length));
    for (const [name, value] of Object.entries(facts)) {
      writeOut(`${labelOf(name).padEnd(width)}  ${textOf(value)}\n`);
    }
  }
}

/** One sentence about what was done; JSON is what `facts` hold. */
export async function printDone(format: Format, sentence: string, facts: Row): Promise<void> {
  if (format === "json") await printFacts(format, facts);
  else writeOut(`${sentence}\n`);
}

export function writeOut(text: string | Buffer): void {
  process.stdout.write(text);
}

/** Adds what every verb that asks a cluster has in common. */
export function withClusterOptions(command: Command): Command {
  return withFormat(command).option(
    "-b, --bootstrap-server <host:port,...>",
    "brokers to ask first",
    "127.0.0.1:9092",
  );
}

export function withFormat(command: Command): Command {
  return command.option("--format <format>", "table or json", parseFormat, "table");
}

function parseFormat(text: string): Format {
  if (text === "table" || text === "json") return text;
  throw new Error(`error: --format is table or json, not "${text}"`);
}
