import { markerOf } from "../../core/log/batch-facts.ts";
import type { BatchFacts, ProducerRefusal, ProducerState } from "../../core/log/producer-state.ts";

/**
 * Who appends. A client's batches are held against the producer state; a coordinator's and the quorum's are
 * not; replication brings batches whose offsets and epochs the leader has set.
 */
export type AppendOrigin = "client" | "coordinator" | "raft" | "replication";

export interface AppendOptions {
  /** Ignored for `replication`: the batch carries it. */
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
  /** False when nobody waits until the batch is durable, so that its sync may linger. Default: true. */
  readonly isAwaited?: boolean;
}

export type AppendOutcome =
  | { readonly kind: "appended"; readonly baseOffset: number; readonly lastOffset: number }
  /** The batch repeats one of the producer's last five (KIP-98): nothing was written, these are its offsets. */
  | {
      readonly kind: "duplicate";
      readonly baseOffset: number;
      readonly lastOffset: number;
      readonly timestamp: number;
    }
  | { readonly kind: "refused"; readonly reason: ProducerRefusal };

/** Null when the batch may be appended as far as its producer is concerned. */
export function judgeProducer(
  producers: ProducerState,
  append: { readonly batch: Buffer; readonly facts: BatchFacts; readonly origin: AppendOrigin },
): AppendOutcome | null {
  const { batch, facts, origin } = append;
  if (origin === "coordinator" && facts.isControl) {
    const marker = markerOf(batch, 0);
    const reason = marker === null ? null : producers.checkMarker(facts, marker);
    return reason === null ? null : { kind: "refused", reason };
  }
  if (origin !== "client") return null;
  const repeated = producers.findDuplicate(facts);
  if (repeated !== null) {
    const { firstOffset, lastOffset, timestamp } = repeated;
    return { kind: "duplicate", baseOffset: firstOffset, lastOffset, timestamp };
  }
  const reason = producers.check(facts);
  return reason === null ? null : { kind: "refused", reason };
}
