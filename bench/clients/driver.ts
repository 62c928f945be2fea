import { writeSync } from "node:fs";
import type { ClientName, Job, JobReport } from "./job.ts";
import type { TestedClient } from "./tested-client.ts";
import { measureConsumer } from "./measure-consumer.ts";
import { measureProducer } from "./measure-producer.ts";

/*
 * node bench/clients/driver.ts JOB: one client at one kind of work; JOB is JSON. A process of its own, so that no client
 * pays for the memory, the compiled code or the threads of another.
 */

const clients: Readonly<Record<ClientName, () => Promise<TestedClient>>> = {
  millrace: async () => (await import("./adapters/millrace.ts")).millraceClient,
  kafkajs: async () => (await import("./adapters/kafkajs.ts")).kafkajsClient,
  platformatic: async () => (await import("./adapters/platformatic.ts")).platformaticClient,
  confluent: async () => (await import("./adapters/confluent.ts")).confluentClient,
  "kafka-ts": async () => (await import("./adapters/kafka-ts.ts")).kafkaTsClient,
};

function finish(report: JobReport): never {
  writeSync(1, `${JSON.stringify(report)}\n`);
  // Whatever a client still waits for is its own affair: threads of librdkafka hold an ordinary exit up.
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? "") as Job;
  const client = await clients[job.client]();
  const isConsumer = job.work === "consume-batches" || job.work === "consume-each";
  finish({ figures: await (isConsumer ? measureConsumer(client, job) : measureProducer(client, job)) });
}

process.on("unhandledRejection", (error) => finish({ error: `unhandled: ${String(error)}` }));
main().catch((error: unknown) => finish({ error: error instanceof Error ? error.message : String(error) }));
