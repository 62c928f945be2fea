import assert from "node:assert/strict";
import { join } from "node:path";
import { Consumer, Producer, strings, type AssignorName } from "../../src/client/index.ts";
import { kafkaClassPath, kafkaUnavailable } from "../support/kafka-jars.ts";
import { javaLogOption } from "../support/kafka.ts";
import { startProcess, until, type RunningProcess } from "../support/processes.ts";
import { projectRoot } from "../support/project-files.ts";
import { kafka, millrace, onEach, type Cluster, type Scene } from "./clusters.ts";
import { numbers } from "./reading.ts";

/* Members of one group: ours beside ours, and ours beside Java's. */

const both = [millrace, kafka];
const PARTITIONS = 4;
/** The Java client comes with Apache Kafka's jars. */
const java = (await kafkaUnavailable()) ?? false;
const withJava: readonly Cluster[] = both.map((cluster) =>
  Object.assign(Object.create(cluster) as Cluster, { skip: cluster.skip === false ? java : cluster.skip }),
);

interface Member {
  readonly consumer: Consumer<Buffer, string>;
  readonly values: string[];
  /** Partition numbers, in order. */
  owned(): string;
  leave(): Promise<void>;
}

function joinOurs({ bootstrapServers, groupId, topic }: Scene, assignor: AssignorName): Member {
  const stop = new AbortController();
  const consumer = new Consumer({
    bootstrapServers,
    groupId,
    topics: topic,
    partitionAssignors: [assignor],
    heartbeatIntervalMs: 200,
    sessionTimeoutMs: 10_000,
    autoCommitIntervalMs: 100,
    valueDeserializer: strings.deserialize,
    signal: stop.signal,
  });
  const values: string[] = [];
  const reading = (async () => {
    for await (const { value } of consumer) values.push(value!);
  })();
  return {
    consumer,
    values,
    owned: () =>
      consumer
        .assignment()
        .map(({ partition }) => partition)
        .toSorted()
        .join(),
    async leave() {
      stop.abort();
      await reading;
      await consumer.close();
    },
  };
}

async function sendNumbers(
  { bootstrapServers, topic }: Scene,
  ...[from, count]: [number, number]
): Promise<void> {
  await using producer = new Producer({ bootstrapServers });
  const sent = numbers(count).map((index) =>
    producer.send({ topic, partition: index % PARTITIONS, value: String(from + index) }),
  );
  await Promise.all(sent);
}

function asNumbers(values: readonly string[]): number[] {
  return values.map(Number).toSorted((a, b) => a - b);
}

for (const assignor of ["cooperative-sticky", "range", "roundrobin"] as const) {
  onEach(both, `${assignor}: members come and go, and each record is worked on once`, async (scene) => {
    await scene.admin.createTopics([{ name: scene.topic, partitions: PARTITIONS }]);
    const first = joinOurs(scene, assignor);
    await sendNumbers(scene, 0, 20);
    await until("the first member has read all", () => first.values.length === 20);
    assert.equal(first.owned(), "0,1,2,3");
    const second = joinOurs(scene, assignor);
    await until("both have their share", () => first.owned().length === 3 && second.owned().length === 3);
    assert.equal([...first.owned().split(","), ...second.owned().split(",")].toSorted().join(), "0,1,2,3");
    await sendNumbers(scene, 20, 20);
    await until("both have read", () => first.values.length + second.values.length === 40);
    assert.ok(first.values.length > 20 && second.values.length > 0);
    await first.leave();
    await until("the second has all", () => second.owned() === "0,1,2,3");
    await sendNumbers(scene, 40, 8);
    await until("the second has read all", () => first.values.length + second.values.length === 48);
    await second.leave();
    assert.deepEqual(asNumbers([...first.values, ...second.values]), numbers(48));
    assert.deepEqual(
      (await scene.admin.groupOffsets(scene.groupId)).map(({ lag }) => lag),
      [0, 0, 0, 0],
    );
  });
}

interface JavaMember {
  readonly process: RunningProcess;
  owned(): string;
  values(): string[];
  /** All partitions that it had to give up, one line for each time. */
  revoked(): string[];
}

async function joinInJava(
  { bootstrapServers, groupId, topic }: Scene,
  assignor: string,
): Promise<JavaMember> {
  const program = join(projectRoot, "test/client/java/GroupMember.java");
  const flags = [
    "-Xmx256m",
    "-XX:TieredStopAtLevel=1",
    javaLogOption("ERROR"),
    "-cp",
    await kafkaClassPath(),
  ];
  const parameters = [bootstrapServers, groupId, topic, `org.apache.kafka.clients.consumer.${assignor}`];
  const process = startProcess("java", [...flags, program, ...parameters], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines = (kind: string): string[] =>
    process.stdout
      .split("\n")
      .filter((line) => line.startsWith(`${kind} `))
      .map((line) => line.slice(kind.length + 1));
  return {
    process,
    owned: () => lines("has").at(-1) ?? "",
    values: () => lines("read").map((line) => line.split(" ")[1]!),
    revoked: () => lines("revoked"),
  };
}

onEach(
  withJava,
  "cooperative-sticky beside a Java member: what stays is not given up on the way",
  async (scene) => {
    await scene.admin.createTopics([{ name: scene.topic, partitions: PARTITIONS }]);
    const theirs = await joinInJava(scene, "CooperativeStickyAssignor");
    try {
      await until("the Java member has all", () => theirs.owned() === "0,1,2,3");
      const ours = joinOurs(scene, "cooperative-sticky");
      await until("both have their share", () => theirs.owned().length === 3 && ours.owned().length === 3);
      const [given] = theirs.revoked();
      assert.equal(given, ours.owned(), "Java gave up what we have now, and nothing else");
      await sendNumbers(scene, 0, 40);
      await until("both have read", () => ours.values.length + theirs.values().length === 40);
      assert.deepEqual(asNumbers([...ours.values, ...theirs.values()]), numbers(40));
      assert.equal(ours.values.length, 20);
      theirs.process.child.stdin?.end();
      await theirs.process.ended;
      await until("we have all", () => ours.owned() === "0,1,2,3");
      await ours.leave();
    } finally {
      await theirs.process.stop("SIGKILL");
    }
  },
);

onEach(withJava, "range: a Java member assigns to us, and we to it", async (scene) => {
  await scene.admin.createTopics([{ name: scene.topic, partitions: PARTITIONS }]);
  const ours = joinOurs(scene, "range");
  await until("we have all", () => ours.owned() === "0,1,2,3");
  const theirs = await joinInJava(scene, "RangeAssignor");
  try {
    await until("both have their share", () => theirs.owned().length === 3 && ours.owned().length === 3);
    await sendNumbers(scene, 0, 8);
    await until("both have read", () => ours.values.length + theirs.values().length === 8);
    await ours.leave();
    await until("the Java member has all", () => theirs.owned() === "0,1,2,3");
    const again = joinOurs(scene, "range");
    await until(
      "both have their share once more",
      () => theirs.owned().length === 3 && again.owned().length === 3,
    );
    await again.leave();
  } finally {
    await theirs.process.stop("SIGKILL");
  }
});
