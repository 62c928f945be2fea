import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, projectRoot } from "../support/project-files.ts";
import { features } from "./features.ts";

export interface Outcome {
  readonly client: string;
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it did not pass; empty if it did. */
  readonly reason: string;
  readonly tookMs: number;
  /** Whether it stands in the list of known failures. */
  readonly isKnown: boolean;
}

/** Prints the totals and what failed; returns the exit code. */
export function printSummary(outcomes: readonly Outcome[]): number {
  writeFileSync(join(cacheFolder("conformance"), "scoreboard.json"), JSON.stringify(outcomes, null, 2));
  const count = (state: Outcome["state"]): number => outcomes.filter((each) => each.state === state).length;
  const surprising = outcomes.filter(
    (each) => (each.state === "failed") !== each.isKnown && each.state !== "skipped",
  );
  for (const each of surprising) {
    const what =
      each.state === "failed"
        ? `FAILED ${each.client} / ${each.name}: ${each.reason}`
        : `known to fail but passes: ${each.client} / ${each.name}`;
    process.stdout.write(`${what}\n`);
  }
  process.stdout.write(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`);
  return surprising.length === 0 ? 0 : 1;
}

const marks = { passed: "✓", failed: "✗", skipped: "–" } as const;

/** docs/conformance.md: one table of clients and features, one of tools, and a reason for each cell not passed. */
export function writeScoreboard(outcomes: readonly Outcome[]): void {
  const clients = [...new Set(outcomes.map((each) => each.client))];
  const isTools = (client: string): boolean =>
    outcomes.every((each) => each.client !== client || !isFeature(each.name));
  const columns = clients.filter((client) => !isTools(client));
  const at = (client: string, name: string) =>
    outcomes.find((each) => each.client === client && each.name === name);
  const cell = (client: string, name: string): string => marks[at(client, name)?.state ?? "skipped"];
  const rows = features.map(
    ([feature, title]) => `| ${title} | ${columns.map((client) => cell(client, feature)).join(" | ")} |`,
  );
  const tools = outcomes.filter((each) => isTools(each.client));
  const toolRows = tools.map((each) => `| ${each.client} | ${each.name} | ${marks[each.state]} |`);
  const reasons = outcomes
    .filter((each) => each.state !== "passed")
    .map(
      (each) =>
        `| ${each.client} | ${each.name} | ${marks[each.state]} | ${each.reason.replaceAll("|", "\\|")} |`,
    );
  const passed = outcomes.filter((each) => each.state === "passed").length;
  const failed = outcomes.filter((each) => each.state === "failed").length;
  writeFileSync(
    join(projectRoot, "docs/conformance.md"),
    `# What foreign clients do with Millrace

Written by \`npm run conformance -- --docs\`; ✓ passed, ✗ failed, – not run (the reasons stand below).
${passed} passed, ${failed} failed, ${outcomes.length - passed - failed} not run.

## Clients

| | ${columns.join(" | ")} |
|---|${columns.map(() => "---").join("|")}|
${rows.join("\n")}

## Tools of Apache Kafka

| | | |
|---|---|---|
${toolRows.join("\n")}

## Why not

| client | case | | reason |
|---|---|---|---|
${reasons.join("\n")}
`,
  );
}

function isFeature(name: string): boolean {
  return features.some(([feature]) => feature === name);
}
