import type { SeededRandom } from "../../base/seeded-random.ts";
import { ApiVersions, Fetch, Metadata, Produce } from "../../wire/kafka/messages/index.ts";
import { KafkaLink } from "./kafka-link.ts";
import { isLost, type Scene } from "./scene.ts";
import { Session } from "./session.ts";

/** Sends what no client sends: noise, giant and negative lengths, half frames, true headers with noise behind. */
export async function stranger(scene: Scene, index: number): Promise<void> {
  const random = scene.random.fork(`stranger${index}`);
  for (let round = 0; round < 5; round += 1) {
    try {
      const link = await KafkaLink.connect(scene.env, scene.address);
      for (let burst = random.between(1, 3); burst > 0; burst -= 1) {
        link.sendBytes(noise(random));
        await scene.sleep(random.below(100));
      }
      link.close();
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    await scene.sleep(random.below(1500));
  }
}

function noise(random: SeededRandom): Buffer {
  const body = random.bytes(random.pick([0, 1, 3, 40, 900]));
  const length = Buffer.alloc(4);
  switch (random.below(4)) {
    case 0:
      return body;
    case 1:
      length.writeInt32BE(random.pick([-1, 0, 1, 2 ** 31 - 1, 200_000_000]));
      return Buffer.concat([length, body]);
    case 2:
      length.writeInt32BE(body.length);
      return Buffer.concat([length, body]);
    default: {
      const header = Buffer.alloc(10);
      const { key, versions } = random.pick([Produce, Fetch, Metadata, ApiVersions]);
      header.writeInt16BE(key, 0);
      header.writeInt16BE(random.between(...versions), 2);
      header.writeInt32BE(7, 4);
      header.writeInt16BE(-1, 8);
      length.writeInt32BE(header.length + body.length);
      return Buffer.concat([length, header, body]);
    }
  }
}

/** Asks for much and reads nothing; goes away in the end. */
export async function slowReader(scene: Scene): Promise<void> {
  const session = new Session(scene, "slow reader");
  const plan = scene.topics[0]!;
  try {
    const link = await session.link();
    link.pause();
    for (let i = 0; i < 60; i += 1) {
      link.send(Fetch, 12, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1_000_000,
        topics: [
          { topic: plan.name, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }] },
        ],
      });
      if (i % 10 === 0) await scene.sleep(session.random.below(400));
    }
    await scene.sleep(5000);
  } catch (error) {
    if (!isLost(error)) throw error;
  }
  session.close();
}
