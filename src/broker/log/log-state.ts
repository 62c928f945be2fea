import type { Uuid } from "../../base/uuid.ts";
import type { LeaderEpochCache } from "../../core/log/leader-epoch-cache.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import type { ProducerState } from "../../core/log/producer-state.ts";
import type { Segment } from "./segment.ts";

/** What a log is opened with: all that its files have told. */
export interface LogState {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: Uuid | null;
  readonly config: LogConfig;
  /** The partition's own directory. */
  readonly path: string;
  /** Ascending; at least one. The last is active and has its indexes loaded. */
  readonly segments: readonly Segment[];
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerState;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** Exclusive: everything below is on the disk for sure. */
  readonly durableEndOffset: number;
  readonly highWatermark: number;
  /** Exclusive: what the directory's checkpoint says. */
  readonly recoveryPoint: number;
  /** The log has no file yet. */
  readonly isNew: boolean;
}
