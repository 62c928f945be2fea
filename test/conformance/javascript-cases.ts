import assert from "node:assert/strict";
import { until } from "../support/processes.ts";
import type { Case, World } from "./client.ts";
import type { Codec, Feature } from "./features.ts";

/*
 * The cases of the JavaScript clients are the same; what each needs is behind this interface, so that a
 * difference between two columns of the scoreboard is a difference between the clients.
 */

export interface Sent {
  readonly key: string;
  readonly value: string;
  readonly partition?: number;
}

export interface Seen extends Sent {
  readonly partition: number;
  readonly offset: number;
}

export interface Reader {
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly groupId: string;
  readonly from: "beginning" | "end" | { readonly offset: number } | { readonly timestampMs: number };
  readonly instanceId?: string;
}

export interface ProduceOptions {
  readonly codec?: Codec;
  readonly acks?: 0 | 1 | -1;
  readonly idempotent?: boolean;
}

export interface Driver {
  produce(topic: string, records: readonly Sent[], options: ProduceOptions): Promise<void>;
  /** Resolves when the reader has its partitions. */
  read(topic: string, options: ReadOptions): Promise<Reader>;
}

const WAIT_MS = 15_000;

export const records = (count: number, prefix = "v"): Sent[] =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: `${prefix}${index}` }));

async function untilSeen(reader: Reader, count: number): Promise<void> {
  const what = (): string => `${count} records are read (there are ${reader.seen.length})`;
  await until(what(), () => reader.seen.length >= count, { timeoutMs: WAIT_MS }).catch(() => {
    throw new Error(`Not within ${WAIT_MS} ms: ${what()}`);
  });
}

function values(reader: Reader): string[] {
  return reader.seen.map((each) => each.value).toSorted();
}

const expected = (sent: readonly Sent[]): string[] => sent.map((each) => each.value).toSorted();

function roundTrip(driver: (world: World) => Driver, options: ProduceOptions): Case {
  return async (world) => {
    const topic = await world.topic();
    const sent = records(20, "some text that compresses well, ".repeat(8));
    await driver(world).produce(topic, sent, options);
    const reader = await driver(world).read(topic, { groupId: world.fresh("group"), from: "beginning" });
    await untilSeen(reader, sent.length);
    await reader.close();
    assert.deepEqual(values(reader), expected(sent));
  };
}

function fromPosition(driver: (world: World) => Driver): Record<string, Case> {
  const readFrom = async (
    world: World,
    from: ReadOptions["from"],
    wanted: readonly string[],
  ): Promise<void> => {
    const topic = await world.topic();
    await driver(world).produce(topic, records(3, "old"), {});
    const reader = await driver(world).read(topic, { groupId: world.fresh("group"), from });
    await driver(world).produce(topic, records(2, "new"), {});
    await untilSeen(reader, wanted.length);
    await reader.close();
    assert.deepEqual(values(reader), wanted);
  };
  return {
    "consume-beginning": (world) => readFrom(world, "beginning", ["new0", "new1", "old0", "old1", "old2"]),
    "consume-end": (world) => readFromEnd(driver, world),
    "consume-offset": (world) => readFrom(world, { offset: 2 }, ["new0", "new1", "old2"]),
  };
}

/** A client may look the end up after its start call has resolved, so records are sent until one is read. */
async function readFromEnd(driver: (world: World) => Driver, world: World): Promise<void> {
  const topic = await world.topic();
  await driver(world).produce(topic, records(3, "old"), {});
  const reader = await driver(world).read(topic, { groupId: world.fresh("group"), from: "end" });
  const send = async (): Promise<boolean> => {
    await driver(world).produce(topic, records(1, "new"), {});
    return reader.seen.length > 0;
  };
  await until("a new record is read", send, { timeoutMs: WAIT_MS, everyMs: 200 });
  await reader.close();
  assert.deepEqual([...new Set(values(reader))], ["new0"]);
}

function groupCases(driver: (world: World) => Driver): Record<string, Case> {
  return {
    async "group-commit"(world) {
      const topic = await world.topic(2);
      const groupId = world.fresh("group");
      await driver(world).produce(topic, records(10, "first"), {});
      const first = await driver(world).read(topic, { groupId, from: "beginning" });
      await untilSeen(first, 10);
      await first.close();
      await driver(world).produce(topic, records(4, "second"), {});
      const second = await driver(world).read(topic, { groupId, from: "beginning" });
      await untilSeen(second, 4);
      await second.close();
      assert.deepEqual(values(second), expected(records(4, "second")));
    },
    async "group-rebalance"(world) {
      const topic = await world.topic(6);
      const groupId = world.fresh("group");
      const spread = (prefix: string): Sent[] =>
        records(60, prefix).map((each, index) => ({ ...each, partition: index % 6 }));
      const open = (): Promise<Reader> => driver(world).read(topic, { groupId, from: "beginning" });
      const members = [await open(), await open(), await open()];
      const total = (): number => members.reduce((sum, each) => sum + each.seen.length, 0);
      // A record may be read twice around a rebalance; none may be missing.
      const distinct = (): Set<string> =>
        new Set(members.flatMap((each) => each.seen.map((one) => one.value)));
      await driver(world).produce(topic, spread("three"), {});
      await until("three members read all", () => distinct().size >= 60, { timeoutMs: WAIT_MS });
      await members[2]?.close();
      const before = total();
      await driver(world).produce(topic, spread("two"), {});
      await until("two members read all", () => distinct().size >= 120, { timeoutMs: WAIT_MS });
      assert.ok(total() - before >= 60);
      for (const member of members.slice(0, 2)) await member.close();
    },
  };
}

/** Everything but administration. */
export function javascriptCases(driver: (world: World) => Driver): Partial<Record<Feature, Case>> {
  return {
    "produce-none": roundTrip(driver, { codec: "none" }),
    "produce-gzip": roundTrip(driver, { codec: "gzip" }),
    "produce-snappy": roundTrip(driver, { codec: "snappy" }),
    "produce-lz4": roundTrip(driver, { codec: "lz4" }),
    "produce-zstd": roundTrip(driver, { codec: "zstd" }),
    "acks-0": roundTrip(driver, { acks: 0 }),
    "acks-1": roundTrip(driver, { acks: 1 }),
    "acks-all": roundTrip(driver, { acks: -1 }),
    idempotent: roundTrip(driver, { acks: -1, idempotent: true }),
    ...fromPosition(driver),
    ...groupCases(driver),
  };
}

/** Reads from a time, where the client looks the offset up itself. */
export function timestampCase(driver: (world: World) => Driver): Case {
  return async (world) => {
    const topic = await world.topic();
    await driver(world).produce(topic, records(3, "old"), {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    const timestampMs = Date.now();
    await driver(world).produce(topic, records(2, "new"), {});
    const reader = await driver(world).read(topic, { groupId: world.fresh("group"), from: { timestampMs } });
    await until("the new ones are read", () => reader.seen.length >= 2);
    await reader.close();
    assert.deepEqual(
      reader.seen.map((each) => each.value),
      ["new0", "new1"],
    );
  };
}

/** A group that has read and committed five records, and has no members any more. */
export async function committedGroup(
  driver: (world: World) => Driver,
  world: World,
  topic: string,
): Promise<string> {
  const groupId = world.fresh("group");
  await driver(world).produce(topic, records(5), {});
  const reader = await driver(world).read(topic, { groupId, from: "beginning" });
  await until("five are read", () => reader.seen.length === 5);
  await reader.close();
  return groupId;
}

/** A restart of a static member: the same partitions, and no other member notices. */
export function staticMemberCase(driver: (world: World) => Driver): Case {
  return async (world) => {
    const topic = await world.topic(2);
    const groupId = world.fresh("group");
    const open = (instanceId: string): Promise<Reader> =>
      driver(world).read(topic, { groupId, from: "beginning", instanceId });
    const stays = await open("stays");
    const restarts = await open("restarts");
    const both = [0, 1].map((partition) => ({ key: "k", value: `before${partition}`, partition }));
    await driver(world).produce(topic, both, {});
    await until("both have read", () => stays.seen.length + restarts.seen.length >= 2, {
      timeoutMs: WAIT_MS,
    });
    await restarts.close();
    const again = await open("restarts");
    const after = [0, 1].map((partition) => ({ key: "k", value: `after${partition}`, partition }));
    await driver(world).produce(topic, after, {});
    const values = (): string[] => [...stays.seen, ...again.seen].map((each) => each.value);
    await until("both read on", () => ["after0", "after1"].every((each) => values().includes(each)), {
      timeoutMs: WAIT_MS,
    });
    await stays.close();
    await again.close();
  };
}
