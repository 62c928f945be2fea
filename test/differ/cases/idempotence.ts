import { InitProducerId, Produce } from "../../../src/wire/kafka/messages/index.ts";
import { batchBytes, type BatchBytes } from "../../support/batch-bytes.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

type Step = readonly [title: string, batch: BatchBytes & { readonly acks?: number; readonly topic?: string }];

const sequence = (baseSequence: number, producerEpoch = 0): BatchBytes => ({ baseSequence, producerEpoch });

const window: readonly Step[] = [
  ...[0, 1, 2, 3, 4, 5, 6].map((each): Step => [`sequence ${each}`, sequence(each)]),
  ["repeat of the last batch", sequence(6)],
  ["repeat of the 5th newest", sequence(2)],
  ["repeat of the 6th newest", sequence(1)],
  ["repeat of the 7th newest", sequence(0)],
  ["a gap", sequence(9)],
  ["a partly overlapping batch", { ...sequence(6), records: [{}, {}] }],
  ["the last sequence with another payload", { ...sequence(6), records: [{ value: "other" }] }],
  ["epoch 1 that starts at sequence 3", sequence(3, 1)],
  ["epoch 1 that starts at sequence 0", sequence(0, 1)],
  ["epoch 0 after epoch 1", sequence(7, 0)],
];

const strangers: readonly Step[] = [
  ["a producer id never given, sequence 0", { producerId: 987_654, ...sequence(0) }],
  ["a producer id never given, epoch 3, sequence 41", { producerId: 987_655, ...sequence(41, 3) }],
  ["epoch -1", { producerId: 987_656, ...sequence(0, -1) }],
  ["sequence -1", { producerId: 987_656, ...sequence(-1) }],
  ["no producer id but a sequence", { producerId: -1, producerEpoch: -1, baseSequence: 4 }],
  ["producer id -2", { producerId: -2, ...sequence(0) }],
  ["sequence 2147483647 as the first", { producerId: 987_657, ...sequence(2_147_483_647) }],
  ["then sequence 0", { producerId: 987_657, ...sequence(0) }],
  ["acks 1 with a producer id", { producerId: 987_657, ...sequence(1), acks: 1 }],
];

async function produce(probe: Probe, producerId: number, [title, batch]: Step): Promise<void> {
  const records = batchBytes({ producerId, ...batch });
  const topicData = [{ name: batch.topic ?? "d-idempotence", partitionData: [{ index: 0, records }] }];
  await probe.ask(title, Produce, 9, { acks: batch.acks ?? -1, timeoutMs: 5_000, topicData });
}

export const idempotence: Section = {
  name: "idempotence",
  async run(probe) {
    await probe.topic("d-idempotence");
    await probe.topic("d-idempotence-first");
    for (const version of versionsOf(InitProducerId)) {
      const request = { transactionalId: null, transactionTimeoutMs: 60_000 };
      await probe.ask("an idempotent producer starts", InitProducerId, version, request);
    }
    for (const transactionTimeoutMs of [0, -1]) {
      const request = { transactionalId: null, transactionTimeoutMs };
      await probe.ask(`no transactional id, timeout ${transactionTimeoutMs}`, InitProducerId, 4, request);
    }
    const given = { transactionalId: null, transactionTimeoutMs: 60_000, producerId: 5, producerEpoch: 3 };
    await probe.ask("no transactional id, but a producer id", InitProducerId, 4, given);
    const empty = { transactionalId: "", transactionTimeoutMs: 60_000 };
    await probe.ask("the transactional id is empty", InitProducerId, 4, empty);
    const { producerId } = await probe.get(InitProducerId, 1, {
      transactionalId: null,
      transactionTimeoutMs: 1_000,
    });
    await produce(probe, producerId, [
      "a fresh id starts at sequence 5",
      { ...sequence(5), topic: "d-idempotence-first" },
    ]);
    for (const step of [...window, ...strangers]) await produce(probe, producerId, step);
  },
};
