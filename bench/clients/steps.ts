import { withProcessFigures, type Figures } from "../figures.ts";
import type { Bench } from "../step.ts";
import { rdkafkaConsume, rdkafkaProduce } from "../tools/rdkafka-load.ts";
import { BATCH_BYTES, fillTopic } from "./fill-topic.ts";
import { clientNames, type ClientName, type Job, type Work } from "./job.ts";
import { runJob } from "./run-job.ts";

/** librdkafka's own load tool, in C: not to be beaten, but to be within reach of. */
export type ContenderName = ClientName | "librdkafka";
export const contenderNames: readonly ContenderName[] = [...clientNames, "librdkafka"];

export interface ClientStep {
  readonly name: string;
  readonly contenders: readonly ContenderName[];
  /** Makes what all contenders read, once a broker; returns the number of records. */
  readonly fill?: (bench: Bench, topic: string) => Promise<number>;
  run(bench: Bench, contender: ContenderName, of: { topic: string; records: number }): Promise<Figures>;
}

interface Size {
  readonly name: string;
  readonly recordBytes: number;
  /** What a consumer finds. */
  readonly topicBytes: number;
}

const kibibyte: Size = { name: "1k", recordBytes: 1_024, topicBytes: 600e6 };
const small: Size = { name: "100b", recordBytes: 100, topicBytes: 200e6 };
const LATENCY_RATE = 1_000;

/** As the clients are set up. */
const LIBRDKAFKA_PROPERTIES = [
  "linger.ms=5",
  "batch.size=1000000",
  "batch.num.messages=100000",
  "enable.idempotence=true",
];

type Settings = Pick<Job, "work" | "recordBytes"> & Partial<Pick<Job, "isIdempotent">>;

function clientStep(name: string, settings: Settings): ClientStep {
  return {
    name,
    contenders: clientNames,
    run: (bench, client, of) =>
      runJob({
        isIdempotent: true,
        rate: LATENCY_RATE,
        ...settings,
        ...of,
        client: client as ClientName,
        address: bench.broker.address,
        seconds: bench.seconds,
      }),
  };
}

/** The same with librdkafka's tool beside the clients. */
function withLibrdkafka(
  own: ClientStep,
  tool: (bench: Bench, topic: string) => Promise<Figures>,
): ClientStep {
  return {
    ...own,
    contenders: contenderNames,
    run: (bench, contender, of) =>
      contender === "librdkafka" ? tool(bench, of.topic) : own.run(bench, contender, of),
  };
}

function produceBatches({ name, recordBytes }: Size): ClientStep {
  const own = clientStep(`produce-batches-${name}`, { work: "produce-batches", recordBytes });
  return withLibrdkafka(own, (bench, topic) =>
    // The tool has no warm-up that would not count; a second more makes it count less.
    rdkafkaProduce(bench, topic, {
      recordBytes,
      acks: "all",
      properties: LIBRDKAFKA_PROPERTIES,
      seconds: bench.seconds + 1,
    }),
  );
}

function consume(work: Work, { name, recordBytes, topicBytes }: Size): ClientStep {
  const own = clientStep(`${work}-${name}`, { work, recordBytes });
  const compared = withLibrdkafka(own, (bench, topic) => rdkafkaConsume(bench, topic, "beginning"));
  const content = { recordBytes, bytes: topicBytes, batchBytes: BATCH_BYTES };
  return { ...compared, fill: (bench, topic) => fillTopic(bench, topic, content) };
}

function produceSingles({ name, recordBytes }: Size): ClientStep[] {
  return [
    clientStep(`produce-each-${name}`, { work: "produce-each", recordBytes }),
    clientStep(`produce-serial-${name}`, { work: "produce-serial", recordBytes }),
    clientStep(`latency-${name}`, { work: "latency", recordBytes }),
  ];
}

/** Without idempotence, as kafkajs and @platformatic/kafka come: with it they have one request in flight. */
const plainSingles = [
  clientStep("produce-each-1k-plain", {
    work: "produce-each",
    recordBytes: kibibyte.recordBytes,
    isIdempotent: false,
  }),
  clientStep("latency-1k-plain", {
    work: "latency",
    recordBytes: kibibyte.recordBytes,
    isIdempotent: false,
  }),
];

/** Every step also says what the broker's process used. */
const measured = (each: ClientStep): ClientStep => ({
  ...each,
  run: (bench, contender, of) => withProcessFigures(bench.pid, () => each.run(bench, contender, of)),
});

export const clientSteps: readonly ClientStep[] = [
  produceBatches(kibibyte),
  produceBatches(small),
  ...produceSingles(kibibyte),
  ...produceSingles(small),
  ...plainSingles,
  consume("consume-batches", kibibyte),
  consume("consume-batches", small),
  consume("consume-each", kibibyte),
  consume("consume-each", small),
].map(measured);
