import type { CodecName } from "../../src/base/compression.ts";
import type { OffsetsPartition, OffsetsTopic } from "../../src/broker/groups/offsets-partition.ts";
import { GroupCoordinator } from "../../src/broker/groups/group-coordinator.ts";
import { DEFAULT_GROUP_CONFIG } from "../../src/core/groups/group-config.ts";
import type { GroupConfig } from "../../src/core/groups/group-config.ts";
import type { Env } from "../../src/ports/env.ts";
import { ManualClock } from "./manual-clock.ts";

/** A partition in memory whose commits can be held back, and whose disk can fail. */
export class MemoryOffsets implements OffsetsPartition {
  readonly batches: Buffer[] = [];
  isFailing = false;
  isReadable = true;
  #held: (() => void)[] | null = null;

  append(batch: Buffer): Promise<void> {
    if (this.isFailing) throw new Error("Cannot write: no space");
    this.batches.push(batch);
    return new Promise((resolve) => {
      if (this.#held === null) resolve();
      else this.#held.push(resolve);
    });
  }

  async *read(): AsyncIterable<Buffer> {
    if (!this.isReadable) throw new Error("Cannot read");
    if (this.batches.length > 0) yield Buffer.concat(this.batches);
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    for (const resolve of this.#held ?? []) resolve();
    this.#held = null;
  }
}

/** A coordinator over partitions in memory, with its clock. */
export class CoordinatorBench {
  readonly clock = new ManualClock();
  readonly partitions: MemoryOffsets[];
  readonly config: GroupConfig;
  readonly warnings: string[] = [];
  creations = 0;
  readonly codec: CodecName;
  coordinator: GroupCoordinator;
  #exists: boolean;
  #randoms = 0;

  constructor(
    options: {
      partitionCount?: number;
      exists?: boolean;
      config?: Partial<GroupConfig>;
      codec?: CodecName;
    } = {},
  ) {
    this.partitions = Array.from({ length: options.partitionCount ?? 1 }, () => new MemoryOffsets());
    this.config = { ...DEFAULT_GROUP_CONFIG, ...options.config };
    this.codec = options.codec ?? "none";
    this.#exists = options.exists ?? true;
    this.coordinator = this.#coordinator();
  }

  /** Everything is lost but the partitions. */
  restart(): void {
    this.coordinator.close();
    this.coordinator = this.#coordinator();
  }

  #coordinator(): GroupCoordinator {
    const coordinator = new GroupCoordinator({
      env: this.#env(),
      nodeId: 1,
      topic: this.#topic(),
      config: this.config,
      retentionCheckIntervalMs: 600_000,
      codec: this.codec,
    });
    if (this.#exists) this.partitions.forEach((partition, index) => coordinator.takeOver(index, partition));
    return coordinator;
  }

  #topic(): OffsetsTopic {
    return {
      partitionCount: () => (this.#exists ? this.partitions.length : null),
      leaderOf: () => 1,
      create: async () => {
        this.creations += 1;
        this.#exists = true;
        return true;
      },
    };
  }

  #env(): Env {
    const log = { debug(): void {}, info(): void {}, warn: this.#note, error: this.#note };
    const bytes = (count: number): Buffer => {
      this.#randoms += 1;
      return Buffer.alloc(count, this.#randoms);
    };
    return { clock: this.clock, log, random: { below: () => 0, bytes } } as unknown as Env;
  }

  #note = (message: string): void => {
    this.warnings.push(message);
  };
}
