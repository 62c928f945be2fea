import type { Figures } from "../figures.ts";
import type { Job } from "./job.ts";
import { processorSeconds } from "./processor-seconds.ts";
import type { TestedClient } from "./tested-client.ts";

const FIRST_RECORD_WITHIN_MS = 20_000;

/** Measures from the first record until all were read or the time is over; joining the group does not count. */
export async function measureConsumer(client: TestedClient, job: Job): Promise<Figures> {
  const { promise: over, resolve: end, reject: fail } = Promise.withResolvers<void>();
  let records = 0;
  let bytes = 0;
  let startedAtMs = 0;
  let cpuBefore = 0;
  let timer = setTimeout(() => fail(new Error("No record came")), FIRST_RECORD_WITHIN_MS);
  const consumer = await client.consume(job.address, {
    topic: job.topic,
    groupId: `bench-${process.pid}-${Date.now()}`,
    handling: job.work === "consume-each" ? "each" : "batches",
    onRecords(count, size) {
      if (startedAtMs === 0 && count > 0) {
        clearTimeout(timer);
        startedAtMs = performance.now();
        cpuBefore = processorSeconds();
        timer = setTimeout(end, job.seconds * 1_000);
      }
      records += count;
      bytes += size;
      if (records >= job.records) end();
    },
  });
  await over;
  clearTimeout(timer);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const cpuSeconds = processorSeconds() - cpuBefore;
  const figures = {
    records,
    bytes,
    seconds,
    recordsPerSecond: records / seconds,
    mbPerSecond: bytes / seconds / 1e6,
    clientCpuSecondsPerGb: cpuSeconds / (bytes / 1e9),
    clientCpuMicrosecondsPerRecord: (cpuSeconds * 1e6) / records,
  };
  // What is left is not measured, and a client may want to hand out all it has before it closes.
  void consumer.close().catch(() => undefined);
  return figures;
}
