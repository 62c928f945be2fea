import { viewGroup } from "./group-view.ts";
import type { TestBroker } from "./test-broker.ts";
import type { TestRecord } from "./test-record.ts";

/** What a matcher of Vitest or Jest returns. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What a record must have; all that is stated must be equal. */
export interface ExpectedRecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly partition?: number;
  readonly offset?: number;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/**
 * Matchers for Vitest and Jest.
 *
 * @example
 * expect.extend(matchers);
 * await expect(broker).toHaveRecord("orders", { key: "42" });
 * await expect(broker).toHaveLag("billing", 0);
 */
export const matchers = {
  /** A topic has a record like this, now. */
  async toHaveRecord(
    broker: TestBroker,
    topic: string,
    expected: ExpectedRecord = {},
  ): Promise<MatcherResult> {
    const records = await broker.records(topic);
    const pass = records.some((record) => isLike(record, expected));
    const shown = records.map(({ partition, offset, key, value }) => {
      return `  ${topic}-${partition} @${offset} ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    });
    const list = records.length === 0 ? "It has none." : `It has:\n${shown.join("\n")}`;
    const message = (): string =>
      `Expected "${topic}" ${pass ? "not " : ""}to have a record like ${JSON.stringify(expected)}. ${list}`;
    return { pass, message };
  },

  /** A group is this many records behind, over all partitions that it has committed in. */
  async toHaveLag(broker: TestBroker, groupId: string, expected: number): Promise<MatcherResult> {
    const { lag, offsets } = await viewGroup(broker.node, groupId, []);
    const shown = offsets.map(({ topic, partition, committedOffset, endOffset }) => {
      return `  ${topic}-${partition}: committed ${committedOffset} of ${endOffset}`;
    });
    const list =
      offsets.length === 0 ? "It has committed nothing." : `It has committed:\n${shown.join("\n")}`;
    const pass = lag === expected;
    const message = (): string =>
      `Expected the group "${groupId}" ${pass ? "not " : ""}to lag by ${expected}, it lags by ${lag}. ${list}`;
    return { pass, message };
  },
};

function isLike(record: TestRecord, { headers, ...expected }: ExpectedRecord): boolean {
  const fields = Object.entries(expected) as [keyof typeof expected, unknown][];
  if (fields.some(([name, value]) => record[name] !== value)) return false;
  return Object.entries(headers ?? {}).every(([name, value]) => record.headers[name] === value);
}
