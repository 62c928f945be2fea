import { Metadata } from "../../wire/kafka/messages/index.ts";
import type { Scanned, SeenBatch, SeenRecord, Watermarks } from "../invariants/history.ts";
import { listTopics } from "./administrator.ts";
import { fetchOnce, lookUp } from "./consumer.ts";
import { Session } from "./session.ts";
import type { Scene } from "./scene.ts";
import type { TopicPlan } from "./topic-plan.ts";

/** The first version that tells where the log starts. */
const FETCH_VERSIONS = [5, 18] as const;

/** Reads everything, asks every index, and looks into batches, while nothing else goes on. */
export async function inspect(scene: Scene, round: string): Promise<void> {
  const session = new Session(scene, `inspection ${round}`);
  await listTopics(session);
  for (const plan of scene.topics) {
    for (let partition = 0; partition < plan.partitions; partition += 1) {
      const scan = await scanPartition(session, plan, partition);
      scene.note(scan);
      if (scan.records.length > 0) scene.sometimes("a scan found records");
      if (scan.logStartOffset > 0) scene.sometimes("a scan started above 0");
      if (plan.policy.isCompacted) {
        const span = scan.highWatermark - scan.logStartOffset;
        if (span > scan.records.length) scene.sometimes("compaction dropped records");
        continue;
      }
      await askIndexes(session, plan, scan);
      await fetchInside(session, plan, scan);
    }
  }
  session.close();
}

/** An honest question, which must be answered soon after whatever strangers did. */
export async function probe(scene: Scene): Promise<void> {
  const session = new Session(scene, "probe");
  const startMs = scene.nowMs;
  const isAnswered = await Promise.race([
    scene.retry(session.random, async () => {
      await session.call(Metadata, { topics: [] }, [4, 13]);
      return true;
    }),
    scene.sleep(60_000).then(() => false),
  ]);
  scene.note({ kind: "probed", isAnswered, afterMs: scene.nowMs - startMs });
  session.close();
}

export async function scanPartition(session: Session, plan: TopicPlan, partition: number): Promise<Scanned> {
  const { scene } = session;
  const records: SeenRecord[] = [];
  const batches: SeenBatch[] = [];
  let fromOffset = await scene.retry(session.random, async () => {
    const start = await lookUp(session, { plan, partition, timestamp: -2 });
    return typeof start === "number" ? start : undefined;
  });
  const invokedMs = scene.nowMs;
  for (;;) {
    const answer = await scene.retry(session.random, async () => {
      const got = await fetchOnce(session, {
        plan,
        partition,
        fromOffset,
        maxBytes: 1_000_000,
        maxWaitMs: 0,
        versions: FETCH_VERSIONS,
      });
      if (!("records" in got)) scene.sometimes(`scan answered ${got.error}`);
      return "records" in got ? got : undefined;
    });
    records.push(...answer.records);
    batches.push(...answer.batches);
    const last = answer.batches.at(-1);
    if (last !== undefined) fromOffset = last.lastOffset + 1;
    if (last !== undefined && fromOffset < answer.highWatermark) continue;
    const { highWatermark, lastStableOffset, logStartOffset, completedMs } = answer;
    const watermarks: Watermarks = {
      invokedMs,
      completedMs,
      highWatermark,
      lastStableOffset,
      logStartOffset,
    };
    const { policy } = plan;
    return { kind: "scanned", topic: plan.name, partition, policy, ...watermarks, records, batches };
  }
}

async function askIndexes(session: Session, plan: TopicPlan, scan: Scanned): Promise<void> {
  const { scene, random } = session;
  const times = [-1, -2, -3];
  for (let i = 0; i < 4 && scan.records.length > 0; i += 1) {
    times.push(random.pick(scan.records).timestampMs + random.between(-1, 1));
  }
  for (const timestamp of times) {
    const offset = await scene.retry(random, async () => {
      const found = await lookUp(session, { plan, partition: scan.partition, timestamp });
      return typeof found === "number" ? found : undefined;
    });
    scene.note({ kind: "looked", topic: plan.name, partition: scan.partition, timestamp, offset, scan });
  }
}

async function fetchInside(session: Session, plan: TopicPlan, scan: Scanned): Promise<void> {
  const { scene, random } = session;
  for (let i = 0; i < 3 && scan.records.length > 0; i += 1) {
    const fromOffset = random.pick(scan.records).offset;
    const answer = await scene.retry(random, async () => {
      const got = await fetchOnce(session, {
        plan,
        partition: scan.partition,
        fromOffset,
        maxBytes: 1,
        maxWaitMs: 0,
        versions: FETCH_VERSIONS,
      });
      return "records" in got ? got : undefined;
    });
    const { error, ...seen } = answer;
    void error;
    scene.note({ kind: "fetched", topic: plan.name, partition: scan.partition, fromOffset, ...seen });
  }
}
