import { withProcessFigures, type Figures } from "../figures.ts";
import type { Bench, Step } from "../step.ts";
import { javaProduce } from "../tools/java-producer.ts";
import { rdkafkaConsume, rdkafkaProduce, type ProduceLoad } from "../tools/rdkafka-load.ts";

type Load = (bench: Bench, topic: string, load: ProduceLoad) => Promise<Figures>;

const loads: ReadonlyArray<readonly [tool: string, load: Load]> = [
  ["librdkafka", rdkafkaProduce],
  ["java", javaProduce],
];
const sizes: ReadonlyArray<readonly [name: string, bytes: number]> = [
  ["1k", 1_024],
  ["100b", 100],
];

/** Names like librdkafka-1k-acks1-16p. */
export const produceSteps: readonly Step[] = sizes.flatMap(([size, recordBytes]) =>
  loads.flatMap(([tool, load]) =>
    (["1", "all"] as const).flatMap((acks) =>
      [1, 16].map((partitions): Step => ({
        name: `${tool}-${size}-acks${acks}-${partitions}p`,
        brokers: ["kafka", "millrace", "bare"],
        run: (bench) =>
          bench.withTopic(partitions, (topic) =>
            withProcessFigures(bench.pid, () => load(bench, topic, { recordBytes, acks })),
          ),
      })),
    ),
  ),
);

export const consumeSteps: readonly Step[] = [
  {
    name: "consume-1k-start",
    brokers: ["kafka", "millrace"],
    run: (bench) =>
      bench.withTopic(1, async (topic) => {
        await rdkafkaProduce(bench, topic, { recordBytes: 1_024, acks: "1" });
        return withProcessFigures(bench.pid, () => rdkafkaConsume(bench, topic, "beginning"));
      }),
  },
  {
    name: "consume-1k-tail",
    brokers: ["kafka", "millrace"],
    // The consumer waits at the end while records are produced: what is limited is both together.
    run: (bench) =>
      bench.withTopic(1, (topic) =>
        withProcessFigures(bench.pid, async () => {
          const consuming = rdkafkaConsume(bench, topic, "end");
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          const produced = await rdkafkaProduce(bench, topic, { recordBytes: 1_024, acks: "1" });
          const consumed = await consuming;
          // The consumer's own time holds the waits before and after.
          const mbPerSecond = (consumed["bytes"] ?? NaN) / (produced["seconds"] ?? NaN) / 1e6;
          return { ...consumed, mbPerSecond, producedMbPerSecond: produced["mbPerSecond"] ?? NaN };
        }),
      ),
  },
];
