import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { JavaDriver } from "./conformance/java-driver.ts";
import { World } from "./conformance/client.ts";
import { Produce } from "../src/wire/kafka/messages/index.ts";
import { batchBytes } from "./support/batch-bytes.ts";
import { startMillrace } from "./support/millrace.ts";
import { RawConnection } from "./support/raw-connection.ts";

const java = new JavaDriver();
const skip = (await java.prepare()) ?? false;

/** Every file of a data directory that Kafka's tool can read. */
function logFiles(dataDirectory: string): string[] {
  const entries = readdirSync(dataDirectory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^\d{20}\.(log|index|timeindex|snapshot)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

test(
  "Kafka's kafka-dump-log finds no fault in any file of a broker that was stopped cleanly",
  { skip },
  async () => {
    // Small segments and a dense index, so that there are many of both.
    const settings = { "log.segment.bytes": "1048576", "log.index.interval.bytes": "1024" };
    const broker = await startMillrace({ settings });
    try {
      const topic = await new World(broker).topic();
      const connection = await RawConnection.open(broker);
      for (let count = 0; count < 300; count += 1) {
        const producer = { producerId: 9, producerEpoch: 0, baseSequence: count * 2 };
        const records = batchBytes({
          ...producer,
          records: [{ value: Buffer.alloc(5_000, 97) }, { value: "b" }],
        });
        const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
        const answer = await connection.ask(Produce, 8, { acks: -1, timeoutMs: 10_000, topicData });
        assert.equal(answer.responses[0]?.partitionResponses[0]?.errorCode, 0);
      }
      connection.close();
      await broker.stop();
      const files = logFiles(broker.dataDirectory);
      assert.ok(files.filter((file) => file.includes(topic)).length >= 6, "there are several segments");
      for (const file of files) {
        const options = file.includes("__cluster_metadata")
          ? ["--cluster-metadata-decoder"]
          : ["--deep-iteration"];
        const { code, output } = await java.run("org.apache.kafka.tools.DumpLogSegments", [
          ...options,
          "--files",
          file,
        ]);
        assert.equal(code, 0, `${file}: ${output.slice(-500)}`);
        assert.doesNotMatch(output, /mismatch|isvalid: false|found timestamp|out of order|exception/i, file);
      }
    } finally {
      await broker.remove();
      await java.close();
    }
  },
);
