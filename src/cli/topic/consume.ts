import { describeTopics } from "../../client/admin/admin-topics.ts";
import type { ClusterClient } from "../../client/network/cluster-client.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import type { ConsumerRecord } from "../../client/consumer/consumer-record.ts";
import type { FetcherOptions } from "../../client/consumer/fetcher.ts";
import { EARLIEST, LATEST } from "../../client/consumer/list-offsets.ts";
import { parseRange, type ConsumeRange, type OffsetPlace } from "../offset-place.ts";
import { resolvePlace } from "../resolve-place.ts";
import { UsageError } from "../usage.ts";
import { withCluster, type ClusterOptions } from "../with-cluster.ts";
import { jsonLine, parseTemplate } from "./record-template.ts";

export interface ConsumeOptions extends ClusterOptions {
  readonly partition?: number;
  readonly offset?: readonly string[];
  readonly group?: string;
  readonly count?: number;
  readonly exit?: boolean;
  readonly template?: string;
  readonly isolation: string;
}

type Isolation = FetcherOptions["isolationLevel"];

/** How often a group that has nothing to read is looked at, to see whether it is at the end. */
const POLL_MS = 200;

/** Where each partition ends for `-e`: as it was when the command began, or the time of `e@`. */
type Ends = ReadonlyMap<string, number> | null;

export async function consume(topics: readonly string[], options: ConsumeOptions): Promise<void> {
  const range = parseRange(options.offset ?? []);
  if (options.group !== undefined && range.start !== null) {
    throw new UsageError("A group goes on where it was: use `group reset-offsets` instead of -o");
  }
  if (options.group === undefined && topics.length > 1) throw new UsageError("More than one topic needs -G");
  const isolationLevel = isolationOf(options.isolation);
  const render = options.format === "json" ? jsonLine : parseTemplate(options.template ?? "%s\n");
  await withCluster(options, async (client) => {
    const ends = await endsOf(client, topics, { options, range });
    const source =
      options.group === undefined
        ? await assignedSource(client, topics[0]!, { options, range, isolationLevel })
        : new Consumer({
            client,
            groupId: options.group,
            topics,
            isolationLevel,
            allowAutoCreateTopics: false,
          });
    const stop = stopSignal();
    try {
      const countMax = options.count ?? Infinity;
      await pump(source, render, { ends, countMax, stop, isMember: options.group !== undefined });
    } finally {
      await source.close();
    }
  });
}

function isolationOf(text: string): Isolation {
  if (text === "read_committed" || text === "read_uncommitted") return text;
  throw new UsageError(`--isolation is read_uncommitted or read_committed, not "${text}"`);
}

/** Ctrl-C lets the group member say goodbye and commit; a second one ends at once. */
function stopSignal(): { requested: boolean } {
  const signal = { requested: false };
  const stop = (): void => {
    if (signal.requested) process.exit(130);
    signal.requested = true;
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return signal;
}

async function partitionsOf(
  client: ClusterClient,
  topic: string,
  options: ConsumeOptions,
): Promise<{ topic: string; partition: number }[]> {
  const [description] = await describeTopics(client, [topic]);
  const wanted = description!.partitions.filter(
    ({ partition }) => options.partition === undefined || partition === options.partition,
  );
  if (wanted.length === 0) throw new UsageError(`Topic "${topic}" has no partition ${options.partition}`);
  return wanted.map(({ partition }) => ({ topic, partition }));
}

interface ConsumeContext {
  readonly options: ConsumeOptions;
  readonly range: ConsumeRange;
}

async function endsOf(
  client: ClusterClient,
  topics: readonly string[],
  { options, range }: ConsumeContext,
): Promise<Ends> {
  if (options.exit !== true && range.endTimestamp === null) return null;
  const partitions = (
    await Promise.all(topics.map(async (topic) => await partitionsOf(client, topic, options)))
  ).flat();
  const ends = await Promise.all(
    partitions.map(async (entry) => {
      const place = { kind: "timestamp", timestamp: range.endTimestamp ?? LATEST } as const;
      return [`${entry.topic}/${entry.partition}`, await resolvePlace(client, entry, place)] as const;
    }),
  );
  return new Map(ends);
}

async function assignedSource(
  client: ClusterClient,
  topic: string,
  { options, range, isolationLevel }: ConsumeContext & { readonly isolationLevel: Isolation },
): Promise<Consumer> {
  const isBounded = options.exit === true || options.count !== undefined || range.endTimestamp !== null;
  const fallback: OffsetPlace = { kind: "timestamp", timestamp: isBounded ? EARLIEST : LATEST };
  const place = range.start ?? fallback;
  if (place.kind === "stored") throw new UsageError("-o stored needs -G");
  const partitions = await partitionsOf(client, topic, options);
  const positions = await Promise.all(
    partitions.map(async (entry) => ({ ...entry, offset: await resolvePlace(client, entry, place) })),
  );
  const consumer = new Consumer({ client, isolationLevel });
  consumer.assign(positions);
  return consumer;
}

interface PumpLimits {
  readonly ends: Ends;
  readonly countMax: number;
  /** Whether what was printed is committed for a group. */
  readonly isMember: boolean;
  readonly stop: { readonly requested: boolean };
}

/** Prints until the count, the ends or the user says stop. */
async function pump(
  source: Consumer,
  render: (record: ConsumerRecord) => Buffer,
  { ends, countMax, stop, isMember }: PumpLimits,
): Promise<void> {
  let printed = 0;
  while (printed < countMax && !stop.requested && !isAtEnd(source, ends)) {
    const records = await source.poll(POLL_MS);
    const visible = records.filter(
      ({ topic, partition, offset }) => offset < (ends?.get(`${topic}/${partition}`) ?? Infinity),
    );
    const taken = visible.slice(0, countMax - printed);
    if (taken.length > 0) await write(Buffer.concat(taken.map(render)));
    printed += taken.length;
    // The next poll commits them, if there is one.
    const isLast = printed >= countMax || stop.requested || isAtEnd(source, ends);
    if (isLast && isMember && taken.length > 0) await source.commit(taken);
  }
}

function isAtEnd(source: Consumer, ends: Ends): boolean {
  if (ends === null) return false;
  const positions = source.assignment();
  if (positions.length === 0) return false; // A group member that has not joined yet.
  return positions.every(
    ({ topic, partition, offset }) => offset !== null && offset >= (ends.get(`${topic}/${partition}`) ?? 0),
  );
}

/** Waits while the reader of our output is slower than the broker. */
async function write(bytes: Buffer): Promise<void> {
  if (process.stdout.write(bytes)) return;
  await new Promise<void>((resolve) => void process.stdout.once("drain", resolve));
}
