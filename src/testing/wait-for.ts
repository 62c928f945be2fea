import type { Broker } from "../broker/broker.ts";
import { clearTimeout, setTimeout } from "../io/real-timers.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { ObservedRequest } from "./observed-request.ts";
import type { RequestGate } from "./request-gate.ts";
import { readTopic, type TestRecord } from "./test-record.ts";

export interface WaitForOptions {
  readonly topic: string;
  /** How many records to wait for; default 1. */
  readonly count?: number;
  /** Only records for which this returns true count. */
  readonly where?: (record: TestRecord) => boolean;
  /** In real time, whatever the broker's clock does; default 5 seconds. */
  readonly timeout?: Duration;
  /** Ends the wait early: it is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What was waited for did not come in time. */
export class WaitTimeoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WaitTimeoutError";
  }
}

export interface WaitHost {
  readonly node: () => Broker | null;
  readonly gate: RequestGate;
}

const CHANGES_TOPICS = /Topics$|Partitions$/;
const SHOWN_MAX = 5;

/**
 * Looks when something has been committed or a request is over, never by polling.
 *
 * @throws WaitTimeoutError that says what there was instead.
 */
export async function waitForRecords(host: WaitHost, options: WaitForOptions): Promise<TestRecord[]> {
  const { topic, count = 1, where = () => true, timeout = "5s", signal } = options;
  let isLate = false;
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal?.addEventListener("abort", onAbort);
  const timer = setTimeout(() => {
    isLate = true;
    wake();
  }, durationMs(timeout));
  try {
    for (;;) {
      signal?.throwIfAborted();
      const isLast = isLate;
      const change = nextChange(host, topic, (wakeUp) => (wake = wakeUp));
      const node = host.node();
      const all = node === null ? [] : await readTopic(node, topic);
      const found = all.filter(where);
      if (found.length >= count) {
        change.cancel();
        return found;
      }
      if (isLast) {
        change.cancel();
        throw new WaitTimeoutError(explain(host, { ...options, count, timeout, all, found }));
      }
      if (!isLate && signal?.aborted !== true) await change.happened;
      change.cancel();
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

interface Change {
  readonly happened: Promise<void>;
  cancel(): void;
}

function nextChange({ node, gate }: WaitHost, topic: string, onWake: (wake: () => void) => void): Change {
  const cancels: (() => void)[] = [];
  const happened = new Promise<void>((resolve) => {
    onWake(resolve);
    const partitions = [...(node()?.partitions.ofTopic(topic) ?? [])];
    for (const partition of partitions) cancels.push(partition.onReadable(resolve));
    // A topic that is not there may come with any request; one that is there changes its partitions with few.
    const mayChange = ({ api }: ObservedRequest): boolean =>
      partitions.length === 0 || CHANGES_TOPICS.test(api);
    cancels.push(gate.onDone((request) => mayChange(request) && resolve()));
  });
  return {
    happened,
    cancel() {
      for (const cancel of cancels) cancel();
    },
  };
}

interface Missed extends WaitForOptions {
  readonly count: number;
  readonly timeout: Duration;
  readonly all: readonly TestRecord[];
  readonly found: readonly TestRecord[];
}

function explain({ node, gate }: WaitHost, { topic, count, where, timeout, all, found }: Missed): string {
  const kind = where === undefined ? "" : " that match";
  const isThere = node()?.cluster.topics.has(topic) === true;
  const seen = isThere ? `It has ${all.length}, of which ${found.length} count.` : "There is no such topic.";
  const shown = all.slice(-SHOWN_MAX).map(({ partition, offset, key, value }) => {
    return `  ${topic}-${partition} @${offset} ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  });
  const requests = gate.history.slice(-SHOWN_MAX).map((request) => `  ${request.toString()}`);
  return [
    `Waited ${typeof timeout === "number" ? `${timeout} ms` : timeout} for ${count} records${kind} in "${topic}". ${seen}`,
    ...(shown.length > 0 ? ["Its last records:", ...shown] : []),
    ...(requests.length > 0 ? ["The last requests:", ...requests] : ["No client has asked anything."]),
  ].join("\n");
}
