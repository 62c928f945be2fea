import { AckedIsReadable } from "./acked-is-readable.ts";
import { AnyBytesAreSafe } from "./any-bytes-are-safe.ts";
import { CommittedIsStart } from "./committed-is-start.ts";
import { IdempotentExactlyOnce } from "./idempotent-exactly-once.ts";
import { IndexEqualsScan } from "./index-equals-scan.ts";
import type { Invariant } from "./invariant.ts";
import { NeverBackwards } from "./never-backwards.ts";
import { NewestPerKey } from "./newest-per-key.ts";
import { OneOwnerPerPartition } from "./one-owner-per-partition.ts";
import { OneValuePerOffset } from "./one-value-per-offset.ts";
import { ResourcesReturn } from "./resources-return.ts";
import { RetentionWithinPolicy } from "./retention-within-policy.ts";
import { TopicsAreDurable } from "./topics-are-durable.ts";

/** The invariants of one broker, fresh for one run. */
export function brokerInvariants(): Invariant[] {
  return [
    new OneValuePerOffset(),
    new AckedIsReadable(),
    new TopicsAreDurable(),
    new NeverBackwards(),
    new IndexEqualsScan(),
    new NewestPerKey(),
    new RetentionWithinPolicy(),
    new IdempotentExactlyOnce(),
    new OneOwnerPerPartition(),
    new CommittedIsStart(),
    new ResourcesReturn(),
    new AnyBytesAreSafe(),
  ];
}
