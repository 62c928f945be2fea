import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeededRandom } from "../../base/seeded-random.ts";
import { batchSizeBytes, buildBatch, decodeRecords } from "../../wire/kafka/record-batch.ts";
import { config, openStore, World } from "./log-fixture.test.ts";
import type { LogStore } from "./log-store.ts";
import type { PartitionLog } from "./partition-log.ts";

const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAABw";
const START_MS = 1_750_000_000_000;
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

interface ModelRecord {
  readonly batchStart: number;
  readonly value: string;
  readonly timestamp: number;
}

/** A log, and the array of records that it should be. */
class Model {
  readonly world: World;
  readonly random: SeededRandom;
  store!: LogStore;
  log!: PartitionLog;
  records: ModelRecord[] = [];
  start = 0;
  /** Where some readers left off, who may read on. */
  readonly leftOff: number[] = [];

  constructor(seed: number) {
    this.world = new World(seed);
    this.random = this.world.random;
  }

  async open(): Promise<void> {
    const env = this.world.machine("node").boot();
    // A tail of 2 KiB, so that most reads go to the disk.
    const limits = { tailBytesPerLog: 2048, openFilesMax: 3, indexCacheBytes: 64, checkpointMs: 50 };
    this.store = await this.world.complete(openStore(env, limits));
    const settings = config({ segmentBytes: 1200, indexIntervalBytes: 200 });
    this.log = this.store.create({ topic: "t", topicId: TOPIC_ID, partition: 0, config: settings });
  }

  append(): void {
    const batchStart = this.records.length;
    const count = 1 + this.random.below(4);
    const records = Array.from({ length: count }, () => {
      const value = `v${this.records.length}`;
      const timestamp = START_MS + this.random.below(1000);
      this.records.push({ batchStart, value, timestamp });
      return { key: null, value: Buffer.from(value.padEnd(this.random.below(80), ".")), timestamp };
    });
    const codec = CODECS[this.random.below(CODECS.length)]!;
    this.log.append(buildBatch({ baseOffset: 0, records, codec }), { leaderEpoch: 0, origin: "client" });
  }

  async checkRead(): Promise<void> {
    if (this.start === this.records.length) return;
    const reader = this.random.below(4);
    const leftOff = this.leftOff[reader] ?? -1;
    const isThere = leftOff >= this.start && leftOff < this.records.length;
    const anyOffset = this.start + this.random.below(this.records.length - this.start);
    const offset = isThere && this.random.chance(0.7) ? leftOff : anyOffset;
    const upperOffset = offset + 1 + this.random.below(this.records.length - offset);
    const maxBytes = this.random.below(600);
    const read = this.log.read({ offset, maxBytes, minOneBatch: true, upperOffset });
    const bytes = Buffer.concat(await this.world.complete(Promise.resolve(read)));
    let next = this.records[offset]!.batchStart;
    let first = true;
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      assert.ok(next < upperOffset, "no batch begins at or above the bound");
      assert.ok(
        first || at + batchSizeBytes(bytes, at) <= maxBytes,
        "only the first batch may pass the limit",
      );
      first = false;
      for (const record of decodeRecords(bytes, at)) {
        assert.equal(record.offset, next);
        assert.equal(record.value!.toString().replaceAll(".", ""), this.records[next]!.value);
        next += 1;
      }
    }
    assert.ok(next > offset, "at least the batch with the offset is read");
    this.leftOff[reader] = next;
  }

  async checkTimestamp(): Promise<void> {
    const timestamp = START_MS + this.random.below(1100);
    const found = await this.world.complete(this.log.offsetForTimestamp(timestamp));
    const wanted = this.records.findIndex(
      (record, offset) => offset >= this.start && record.timestamp >= timestamp,
    );
    assert.equal(found?.offset ?? -1, wanted);
    const youngest = Math.max(-1, ...this.records.slice(this.start).map((record) => record.timestamp));
    const newest = await this.world.complete(this.log.maxTimestampOffset());
    assert.equal(newest?.timestamp ?? -1, youngest);
  }

  async truncate(): Promise<void> {
    const offset = this.start + this.random.below(this.records.length - this.start + 1);
    await this.world.complete(this.log.truncateTo(offset));
    // A batch that spans the cut goes as a whole.
    const end = offset < this.records.length ? this.records[offset]!.batchStart : this.records.length;
    this.records.length = Math.min(this.records.length, Math.max(end, this.start));
    assert.ok(this.log.logEndOffset <= offset || offset === this.records.length);
    this.records.length = this.log.logEndOffset;
  }

  async deleteRecords(): Promise<void> {
    await this.world.complete(this.log.flush());
    this.log.advanceHighWatermark(this.log.logEndOffset);
    this.start += this.random.below(1 + Math.min(10, this.records.length - this.start));
    await this.world.complete(this.log.deleteRecordsBefore(this.start));
    await this.world.complete(this.store.retain(this.store.directories[0]!));
  }

  async restart(): Promise<void> {
    if (this.random.chance(0.5)) await this.world.complete(this.store.close());
    else {
      await this.world.complete(this.log.flush());
      this.world.machine("node").cutPower({ keep: 1, lose: 1, tear: 1 });
    }
    await this.open();
  }

  check(): void {
    assert.deepEqual([this.log.logStartOffset, this.log.logEndOffset], [this.start, this.records.length]);
  }
}

test("a log answers as an array of records would, through rolls, cuts, deletions and restarts", async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const model = new Model(seed);
    await model.open();
    try {
      for (let step = 0; step < 60; step += 1) {
        const die = model.random.below(20);
        if (die < 10) model.append();
        else if (die < 14) await model.checkRead();
        else if (die < 16) await model.checkTimestamp();
        else if (die === 16) await model.truncate();
        else if (die === 17) await model.deleteRecords();
        else if (die === 18) await model.world.complete(model.log.flush());
        else await model.restart();
        model.check();
      }
      for (let i = 0; i < 20; i += 1) await model.checkRead();
    } catch (error) {
      throw new Error(`Seed ${seed} shows it`, { cause: error });
    }
    await model.world.complete(model.store.close());
    assert.equal(model.world.machine("node").image.openFiles, 0, "every file is closed");
  }
});
