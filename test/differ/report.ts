import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../support/project-files.ts";
import { acceptedDifferences } from "./accepted.ts";
import type { Comparison, Difference } from "./compare.ts";

const VALUE_CHARACTERS_MAX = 300;

/** Prints every unaccepted difference and the totals; returns the exit code. */
export function printReport(comparisons: ReadonlyMap<string, Comparison>, isVerbose: boolean): number {
  const total = { answers: 0, same: 0, accepted: 0, different: 0 };
  for (const [name, comparison] of comparisons) {
    const unaccepted = comparison.differences.filter((each) => each.accepted === null);
    const different = new Set(unaccepted.map(caseOf)).size;
    const accepted = comparison.answers - comparison.same - different;
    total.answers += comparison.answers;
    total.same += comparison.same;
    total.accepted += accepted;
    total.different += different;
    const state = different === 0 ? "ok       " : "DIFFERENT";
    print(`${state} ${name}: ${comparison.same} same, ${accepted} accepted, ${different} different`);
    for (const each of isVerbose ? comparison.differences : unaccepted) printDifference(each);
  }
  const used = [...comparisons.values()].flatMap((each) => each.differences.map((one) => one.accepted));
  for (const accepted of acceptedDifferences.filter((each) => used.includes(each))) {
    print(`accepted: ${accepted.where.source}: ${accepted.reason}`);
  }
  print(
    `${total.answers} answers: ${total.same} same, ${total.accepted} accepted, ${total.different} different`,
  );
  return total.different === 0 ? 0 : 1;
}

function caseOf(difference: Difference): string {
  return `${difference.title} ${difference.api}`;
}

function printDifference(difference: Difference): void {
  print(`  ${difference.title} (${difference.api}) ${difference.path}`);
  print(`      kafka     ${shown(difference.kafka)}`);
  print(`      millrace  ${shown(difference.millrace)}`);
  if (difference.accepted !== null) print(`      accepted  ${difference.accepted.reason}`);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "absent").slice(0, VALUE_CHARACTERS_MAX);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** docs/differences.md, from the same list that the comparison uses. */
export function writeDifferencesPage(): void {
  const rows = acceptedDifferences.map((each) => {
    const where = [each.where.source, each.api?.source, each.path?.source].filter(Boolean).join(" · ");
    return `| \`${where.replaceAll("|", "\\|")}\` | ${each.reason} |`;
  });
  writeFileSync(
    join(projectRoot, "docs/differences.md"),
    `# Where Millrace answers otherwise than Apache Kafka

Written by \`npm run differ -- --docs\` from \`test/differ/accepted.ts\`; \`npm run differ\` fails on every
difference that is not in this list. The first column is a pattern: section and title of the request, the API,
the place in the answer.

| where | why |
|---|---|
${rows.join("\n")}
`,
  );
}
