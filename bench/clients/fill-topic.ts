import { Produce } from "../../src/wire/kafka/messages/index.ts";
import { batchBytes } from "../../test/support/batch-bytes.ts";
import type { Bench } from "../step.ts";

const BATCH_BYTES = 65_536;
const REQUEST_TIMEOUT_MS = 30_000;

/** Writes about `bytes` of records into partition 0, in batches that no tested client made; returns their number. */
export async function fillTopic(
  bench: Bench,
  topic: string,
  { recordBytes, bytes }: { readonly recordBytes: number; readonly bytes: number },
): Promise<number> {
  const recordsABatch = Math.max(1, Math.floor(BATCH_BYTES / recordBytes));
  const batches = Math.ceil(bytes / recordBytes / recordsABatch);
  const value = Buffer.alloc(recordBytes, "x");
  const records = batchBytes({
    records: Array.from({ length: recordsABatch }, () => ({ key: null, value })),
  });
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
  await bench.connect(async (connection) => {
    for (let batch = 0; batch < batches; batch += 1) {
      const answer = await connection.ask(Produce, 7, { acks: 1, timeoutMs: REQUEST_TIMEOUT_MS, topicData });
      const errorCode = answer.responses[0]?.partitionResponses[0]?.errorCode;
      if (errorCode !== 0) throw new Error(`Filling ${topic} was refused: error ${errorCode}`);
    }
  });
  return batches * recordsABatch;
}
