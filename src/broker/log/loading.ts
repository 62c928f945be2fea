import type { LeaderEpochCache } from "../../core/log/leader-epoch-cache.ts";
import type { LoadPlan } from "../../core/log/load-plan.ts";
import type { LogConfig } from "../../core/log/log-config.ts";
import type { ProducerState } from "../../core/log/producer-state.ts";
import { BATCH_HEADER_BYTES, maxTimestampOf } from "../../wire/kafka/record-batch.ts";
import type { LogContext } from "./log-context.ts";
import type { ReplaySource } from "./producer-replay.ts";
import { Segment } from "./segment.ts";

export interface LoadOptions {
  readonly topic: string;
  readonly partition: number;
  /** The partition's directory. */
  readonly path: string;
  readonly config: LogConfig;
  /** The last broker on this directory said that it had stopped in order. */
  readonly isClean: boolean;
  /** The last broker may have been another than Millrace; see `recover-segments.ts`. */
  readonly toleratesGaps: boolean;
  /** Exclusive; null when the checkpoint does not mention the log. */
  readonly recoveryPoint: number | null;
  /** Inclusive, from the checkpoint; 0 when it does not mention the log. */
  readonly logStartOffset: number;
  /** Exclusive, from the checkpoint; 0 when it does not mention the log. */
  readonly highWatermark: number;
}

/** What loading works on until the log can be made. */
export interface Loading {
  readonly context: LogContext;
  readonly options: LoadOptions;
  readonly plan: LoadPlan;
  segments: Segment[];
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerState;
}

export function openSegment(
  context: LogContext,
  options: Pick<LoadOptions, "path" | "config">,
  baseOffset: number,
): Segment {
  const { env, files, indexCache } = context;
  const { indexIntervalBytes } = options.config;
  const segment = new Segment({
    disk: env.disk,
    files,
    indexCache,
    directory: options.path,
    baseOffset,
    indexIntervalBytes,
  });
  segment.createdMs = env.clock.now();
  return segment;
}

export function readFirstTimestamp(segment: Segment): void {
  if (segment.sizeBytes < BATCH_HEADER_BYTES) return;
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  segment.log.file().readSync(header, 0);
  segment.firstTimestamp = maxTimestampOf(header, 0);
}

export function replaySource(
  loading: Pick<Loading, "context" | "options" | "plan" | "segments">,
): ReplaySource {
  return {
    disk: loading.context.env.disk,
    path: loading.options.path,
    snapshots: loading.plan.snapshots,
    segments: loading.segments,
    nowMs: loading.context.env.clock.now(),
  };
}
