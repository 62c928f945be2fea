import assert from "node:assert/strict";
import {
  commandPath,
  runProcess,
  startProcess,
  until,
  type RunningProcess,
} from "../../support/processes.ts";
import type { Case, Client, World } from "../client.ts";
import { codecs } from "../features.ts";

const OUTPUT = "%p %o %k %s\\n";

async function kcat(world: World, parameters: readonly string[], input?: string): Promise<string> {
  const more = input === undefined ? {} : { input };
  const done = await runProcess("kcat", ["-b", world.address, ...parameters], { timeoutMs: 20_000, ...more });
  assert.equal(done.code, 0, done.stderr.slice(-300));
  return done.stdout;
}

const lines = (count: number, prefix: string): string =>
  Array.from({ length: count }, (_, index) => `k${index}:${prefix}${index}\n`).join("");

async function produce(
  world: World,
  topic: string,
  text: string,
  options: readonly string[] = [],
): Promise<void> {
  await kcat(world, ["-P", "-t", topic, "-K", ":", ...options], text);
}

const valuesOf = (output: string): string[] =>
  output
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("%"))
    .map((line) => line.split(" ")[3] ?? "");

async function consume(world: World, topic: string, ...options: string[]): Promise<string[]> {
  return valuesOf(await kcat(world, ["-C", "-t", topic, "-e", "-q", "-f", OUTPUT, ...options]));
}

function roundTrip(...options: string[]): Case {
  return async (world) => {
    const topic = await world.topic();
    await produce(world, topic, lines(20, "some-text-that-compresses-well".repeat(8)), options);
    const values = await consume(world, topic, "-o", "beginning");
    assert.equal(new Set(values).size, 20);
  };
}

const position =
  (from: (betweenMs: number) => string, wanted: readonly string[]): Case =>
  async (world) => {
    const topic = await world.topic();
    await produce(world, topic, lines(3, "old"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const betweenMs = Date.now();
    await produce(world, topic, lines(2, "new"));
    assert.deepEqual(await consume(world, topic, "-o", from(betweenMs)), wanted);
  };

const fromEnd: Case = async (world) => {
  const topic = await world.topic();
  await produce(world, topic, lines(3, "old"));
  const options = ["-b", world.address, "-C", "-u", "-t", topic, "-o", "end", "-f", OUTPUT];
  const reader = startProcess("kcat", options);
  const send = async (): Promise<boolean> => {
    await produce(world, topic, lines(1, "new"));
    return reader.stdout.includes("new0");
  };
  await until("a new record is read", send, { timeoutMs: 15_000, everyMs: 200 });
  await reader.stop();
  assert.deepEqual([...new Set(valuesOf(reader.stdout))], ["new0"]);
};

const memberOptions = [
  "-X",
  "auto.offset.reset=earliest",
  "-X",
  "heartbeat.interval.ms=300",
  "-X",
  "auto.commit.interval.ms=200",
];

function member(world: World, group: string, topic: string, ...options: string[]): RunningProcess {
  const base = ["-b", world.address, "-u", "-q", "-f", OUTPUT, ...memberOptions, ...options];
  return startProcess("kcat", [...base, "-G", group, topic]);
}

const seen = (members: readonly RunningProcess[]): Set<string> =>
  new Set(members.flatMap((each) => valuesOf(each.stdout)));

async function untilSeen(members: readonly RunningProcess[], count: number): Promise<void> {
  await until(`${count} are read`, () => seen(members).size >= count, { timeoutMs: 15_000 });
}

const groupCommit: Case = async (world) => {
  const topic = await world.topic(2);
  const group = world.fresh("group");
  for (const prefix of ["first", "second"]) {
    await produce(world, topic, lines(6, prefix));
    const reader = member(world, group, topic);
    await untilSeen([reader], 6);
    await reader.stop();
    assert.ok([...seen([reader])].every((value) => value.startsWith(prefix)));
  }
};

const groupRebalance: Case = async (world) => {
  const topic = await world.topic(6);
  const group = world.fresh("group");
  const spread = async (prefix: string): Promise<void> => {
    for (let partition = 0; partition < 6; partition += 1) {
      await produce(world, topic, lines(5, `${prefix}-${partition}-`), ["-p", String(partition)]);
    }
  };
  const members = [0, 1, 2].map(() => member(world, group, topic));
  await spread("three");
  await untilSeen(members, 30);
  await members[2]?.stop();
  await spread("two");
  await untilSeen(members, 60);
  for (const each of members.slice(0, 2)) await each.stop();
};

const staticMembers: Case = async (world) => {
  const topic = await world.topic(2);
  const group = world.fresh("group");
  const open = (instance: string): RunningProcess =>
    member(world, group, topic, "-X", `group.instance.id=${instance}`, "-X", "session.timeout.ms=10000");
  const stays = open("stays");
  const restarts = open("restarts");
  for (const partition of ["0", "1"])
    await produce(world, topic, lines(1, `before${partition}-`), ["-p", partition]);
  await untilSeen([stays, restarts], 2);
  await restarts.stop();
  const again = open("restarts");
  for (const partition of ["0", "1"])
    await produce(world, topic, lines(1, `after${partition}-`), ["-p", partition]);
  await until(
    "both read on",
    () => ["after0-0", "after1-0"].every((each) => seen([stays, again]).has(each)),
    {
      timeoutMs: 20_000,
    },
  );
  await stays.stop();
  await again.stop();
};

export const kcatClient: Client = {
  name: "kcat (librdkafka)",
  prepare: async () => ((await commandPath("kcat")) === null ? "no kcat on PATH" : null),
  cases: {
    ...Object.fromEntries(codecs.map((codec) => [`produce-${codec}`, roundTrip("-z", codec)])),
    "acks-0": roundTrip("-X", "acks=0"),
    "acks-1": roundTrip("-X", "acks=1"),
    "acks-all": roundTrip("-X", "acks=all"),
    idempotent: roundTrip("-X", "enable.idempotence=true"),
    "consume-beginning": position(() => "beginning", ["old0", "old1", "old2", "new0", "new1"]),
    "consume-end": fromEnd,
    "consume-offset": position(() => "2", ["old2", "new0", "new1"]),
    "consume-timestamp": position((betweenMs) => `s@${betweenMs}`, ["new0", "new1"]),
    "group-commit": groupCommit,
    "group-rebalance": groupRebalance,
    "static-members": staticMembers,
    async "admin-offsets"(world) {
      const topic = await world.topic();
      await produce(world, topic, lines(5, "v"));
      assert.match(await kcat(world, ["-Q", "-t", `${topic}:0:-1`]), /offset 5/);
      assert.match(await kcat(world, ["-Q", "-t", `${topic}:0:-2`]), /offset 0/);
    },
    async "admin-cluster"(world) {
      const topic = await world.topic(2);
      const metadata = JSON.parse(await kcat(world, ["-L", "-J", "-t", topic])) as {
        brokers: unknown[];
        topics: Array<{ partitions: unknown[] }>;
      };
      assert.equal(metadata.brokers.length, 1);
      assert.equal(metadata.topics[0]?.partitions.length, 2);
    },
  },
  lacks: Object.fromEntries(
    ["topics", "partitions", "configs", "delete-records", "groups", "group-offsets"].map((each) => [
      `admin-${each}`,
      "kcat has no such command",
    ]),
  ),
};
