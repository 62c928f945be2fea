import { coordinatorRecord } from "../coordinator-record.ts";
import { array, bytes, int32, int64, nullable, since, string, struct } from "../schema.ts";

const memberMetadata = struct({
  memberId: string,
  groupInstanceId: since(3, nullable(string), null),
  clientId: string,
  clientHost: string,
  rebalanceTimeout: since(1, int32, -1),
  sessionTimeout: int32,
  subscription: bytes,
  assignment: bytes,
});

/**
 * A classic group as its leader left it. v1: rebalance timeouts (KIP-62). v2: when the state began.
 * v3: static members (KIP-345). v4: flexible. Kafka writes v3.
 */
export const GroupMetadata = coordinatorRecord({
  type: 2,
  name: "GroupMetadata",
  versions: [0, 4],
  flexibleSince: 4,
  key: struct({
    group: string,
  }),
  value: struct({
    protocolType: string,
    generation: int32,
    protocol: nullable(string),
    leader: nullable(string),
    currentStateTimestamp: since(2, int64, -1),
    members: array(memberMetadata),
  }),
});
