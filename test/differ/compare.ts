import type { Recorded } from "./probe.ts";
import { acceptedDifferences, type AcceptedDifference } from "./accepted.ts";

/** One place where two answers differ. */
export interface Difference {
  readonly section: string;
  readonly title: string;
  readonly api: string;
  /** Where in the answer, as in `topics.0.errorCode`; empty for the whole answer. */
  readonly path: string;
  readonly kafka: unknown;
  readonly millrace: unknown;
  readonly accepted: AcceptedDifference | null;
}

export interface Comparison {
  readonly answers: number;
  readonly same: number;
  readonly differences: readonly Difference[];
}

/** Compares two brokers' answers to the same sequence. */
export function compareSection(
  section: string,
  kafka: readonly Recorded[],
  millrace: readonly Recorded[],
): Comparison {
  const differences: Difference[] = [];
  let same = 0;
  for (const [index, expected] of kafka.entries()) {
    const actual = millrace[index] ?? { ...expected, answer: "the sequence ended before this" };
    const found = differencesOf(expected.answer, actual.answer, "").map((each) => {
      const difference = { ...each, section, title: expected.title, api: expected.api };
      return { ...difference, accepted: acceptedFor(difference) };
    });
    if (found.length === 0) same += 1;
    differences.push(...found);
  }
  return { answers: kafka.length, same, differences };
}

function acceptedFor(difference: Omit<Difference, "accepted">): AcceptedDifference | null {
  const where = `${difference.section}: ${difference.title}`;
  return (
    acceptedDifferences.find(
      (each) =>
        each.where.test(where) &&
        (each.api === undefined || each.api.test(difference.api)) &&
        (each.path === undefined || each.path.test(difference.path)) &&
        (each.values === undefined || each.values(difference.kafka, difference.millrace)),
    ) ?? null
  );
}

type Found = Pick<Difference, "path" | "kafka" | "millrace">;

function differencesOf(kafka: unknown, millrace: unknown, path: string): Found[] {
  if (isStruct(kafka) && isStruct(millrace)) {
    const keys = new Set([...Object.keys(kafka), ...Object.keys(millrace)]);
    return [...keys].flatMap((key) => differencesOf(kafka[key], millrace[key], join(path, key)));
  }
  if (Array.isArray(kafka) && Array.isArray(millrace)) return elementDifferences(kafka, millrace, path);
  return JSON.stringify(kafka) === JSON.stringify(millrace) ? [] : [{ path, kafka, millrace }];
}

/** Named elements are matched by name, so that one that is missing does not shift all behind it. */
function elementDifferences(kafka: unknown[], millrace: unknown[], path: string): Found[] {
  const names = [kafka, millrace].map((list) => list.map(nameOf));
  if (names.flat().every((name) => name !== null) && names.every(areDistinct)) {
    const byName = (list: unknown[]): Record<string, unknown> =>
      Object.fromEntries(list.map((each) => [nameOf(each), each]));
    return differencesOf(byName(kafka), byName(millrace), path);
  }
  const length = Math.max(kafka.length, millrace.length);
  return Array.from({ length }, (_, index) =>
    differencesOf(kafka[index], millrace[index], join(path, String(index))),
  ).flat();
}

function nameOf(element: unknown): string | null {
  if (!isStruct(element)) return null;
  const name = element["name"] ?? element["apiKey"];
  return typeof name === "string" || typeof name === "number" ? String(name) : null;
}

function areDistinct(names: ReadonlyArray<string | null>): boolean {
  return new Set(names).size === names.length;
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
