import { Produce } from "../../src/wire/kafka/messages/index.ts";
import { batchBytes } from "../../test/support/batch-bytes.ts";
import type { Bench } from "../step.ts";

export const BATCH_BYTES = 65_536;
const REQUEST_TIMEOUT_MS = 30_000;

/** Writes about `bytes` of records into partition 0, a request a batch, by no tested client; returns their number. */
export async function fillTopic(
  bench: Bench,
  topic: string,
  of: { readonly recordBytes: number; readonly bytes: number; readonly batchBytes: number },
): Promise<number> {
  const { recordBytes, bytes, batchBytes: batchSizeBytes } = of;
  const recordsABatch = Math.max(1, Math.floor(batchSizeBytes / recordBytes));
  const batches = Math.ceil(bytes / recordBytes / recordsABatch);
  const value = Buffer.alloc(recordBytes, "x");
  const records = batchBytes({
    records: Array.from({ length: recordsABatch }, () => ({ key: null, value })),
  });
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
  await bench.connect(async (connection) => {
    for (let batch = 0; batch < batches; batch += 1) {
      const answer = await connection.ask(Produce, 7, { acks: -1, timeoutMs: REQUEST_TIMEOUT_MS, topicData });
      const errorCode = answer.responses[0]?.partitionResponses[0]?.errorCode;
      if (errorCode !== 0) throw new Error(`Filling ${topic} was refused: error ${errorCode}`);
    }
  });
  return batches * recordsABatch;
}
