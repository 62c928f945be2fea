import { AckedIsReadable } from "./acked-is-readable.ts";
import { AnyBytesAreSafe } from "./any-bytes-are-safe.ts";
import { ClientExactlyOnce } from "./client-exactly-once.ts";
import { ClientResourcesReturn } from "./client-resources-return.ts";
import { CommittedIsProcessed } from "./committed-is-processed.ts";
import { CommittedIsStart } from "./committed-is-start.ts";
import { FreedWhenAcknowledged } from "./freed-when-acknowledged.ts";
import { GroupProcessesAll } from "./group-processes-all.ts";
import { IdempotentExactlyOnce } from "./idempotent-exactly-once.ts";
import { IndexEqualsScan } from "./index-equals-scan.ts";
import type { Invariant } from "./invariant.ts";
import { NeverBackwards } from "./never-backwards.ts";
import { NewestPerKey } from "./newest-per-key.ts";
import { OneOwnerPerPartition } from "./one-owner-per-partition.ts";
import { OneValuePerOffset } from "./one-value-per-offset.ts";
import { ReadsOn } from "./reads-on.ts";
import { ResourcesReturn } from "./resources-return.ts";
import { RetentionWithinPolicy } from "./retention-within-policy.ts";
import { SendsSettleInTime } from "./sends-settle-in-time.ts";
import { TopicsAreDurable } from "./topics-are-durable.ts";

function logInvariants(): Invariant[] {
  return [
    new OneValuePerOffset(),
    new AckedIsReadable(),
    new TopicsAreDurable(),
    new NeverBackwards(),
    new IndexEqualsScan(),
  ];
}

/** The invariants of one broker, fresh for one run. */
export function brokerInvariants(): Invariant[] {
  return [
    ...logInvariants(),
    new NewestPerKey(),
    new RetentionWithinPolicy(),
    new IdempotentExactlyOnce(),
    new OneOwnerPerPartition(),
    new CommittedIsStart(),
    new ResourcesReturn(),
    new AnyBytesAreSafe(),
  ];
}

/** The invariants of our client against one broker, fresh for one run. */
export function clientInvariants(): Invariant[] {
  return [
    ...logInvariants(),
    new ClientExactlyOnce(),
    new FreedWhenAcknowledged(),
    new SendsSettleInTime(),
    new OneOwnerPerPartition(),
    new CommittedIsStart(),
    new CommittedIsProcessed(),
    new ReadsOn(),
    new GroupProcessesAll(),
    new ClientResourcesReturn(),
    new ResourcesReturn(),
  ];
}
