import type { ProducerRefusal } from "../../core/log/producer-state.ts";

/**
 * Who appends. A client's batches are held against the producer state; a coordinator's and the quorum's are
 * not; replication brings batches whose offsets and epochs the leader has set.
 */
export type AppendOrigin = "client" | "coordinator" | "raft" | "replication";

export interface AppendOptions {
  /** Ignored for `replication`: the batch carries it. */
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
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
