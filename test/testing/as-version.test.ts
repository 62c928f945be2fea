import assert from "node:assert/strict";
import { test } from "node:test";
import { Producer as PlatformaticProducer, stringSerializers } from "@platformatic/kafka";
import { kafkaReleases, releaseVersionMax } from "../../src/testing/kafka-releases.ts";
import { startMillrace, type KafkaRelease, type TestBroker } from "../../src/testing/index.ts";

interface Range {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

async function produceWith(broker: TestBroker): Promise<void> {
  const producer = new PlatformaticProducer({
    clientId: "shop",
    bootstrapBrokers: [broker.bootstrapServers],
    serializers: stringSerializers,
  });
  await producer.send({ messages: [{ topic: "orders", value: "one" }] });
  await producer.close();
}

function advertised(broker: TestBroker): Range[] {
  const answered = broker.requests({ api: "ApiVersions" }).find(({ errors }) => errors.length === 0);
  return answered?.answer?.["apiKeys"] as Range[];
}

for (const [release, produceMax] of [
  ["3.0", 9],
  ["3.9", 11],
] as [KafkaRelease, number][]) {
  test(`@platformatic/kafka speaks to a broker as version ${release} as to one of that release`, async () => {
    await using broker = await startMillrace({ topics: ["orders"], asVersion: release });
    await produceWith(broker);
    const [produced] = broker.requests({ api: "Produce" });
    assert.ok(produced!.apiVersion <= produceMax, `Produce version ${produced!.apiVersion}`);
    assert.equal(advertised(broker).find(({ apiKey }) => apiKey === 0)?.maxVersion, produceMax);
    assert.equal((await broker.records("orders")).length, 1);
  });
}

test("as its own version it advertises what it does without one", async () => {
  await using plain = await startMillrace({ topics: ["orders"] });
  await using same = await startMillrace({ topics: ["orders"], asVersion: kafkaReleases.at(-1)! });
  await produceWith(plain);
  await produceWith(same);
  assert.deepEqual(advertised(same), advertised(plain));
});

test("an unknown release is refused, and an API is missing before its time", async () => {
  await assert.rejects(startMillrace({ asVersion: "0.8" as KafkaRelease }), /asVersion is one of 3.0, 3.1/);
  assert.equal(releaseVersionMax("3.7", "DescribeTopicPartitions"), -1);
  assert.equal(releaseVersionMax("3.8", "DescribeTopicPartitions"), 0);
});
