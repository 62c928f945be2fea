import {
  array,
  bool,
  bytes,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  nullableSince,
  since,
  string,
  struct,
} from "../schema.ts";

/**
 * v1: a rebalance timeout of its own (KIP-62). v4: MEMBER_ID_REQUIRED (KIP-394). v5: static members
 * (KIP-345). v6: flexible. v7: the protocol type is told (KIP-559). v8: reasons (KIP-800). v9: the leader
 * may skip its assignment (KIP-814).
 */
export const JoinGroup = message({
  key: 11,
  name: "JoinGroup",
  versions: [0, 9],
  flexibleSince: 6,
  request: struct({
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: since(1, int32, -1),
    memberId: string,
    groupInstanceId: since(5, nullable(string), null),
    protocolType: string,
    protocols: array(
      struct({
        name: string,
        metadata: bytes,
      }),
    ),
    reason: since(8, nullable(string), null),
  }),
  response: struct({
    throttleTimeMs: since(2, int32, 0),
    errorCode: int16,
    generationId: defaulted(int32, -1),
    protocolType: since(7, nullable(string), null),
    protocolName: nullableSince(7, string),
    leader: string,
    skipAssignment: since(9, bool, false),
    memberId: string,
    members: array(
      struct({
        memberId: string,
        groupInstanceId: since(5, nullable(string), null),
        metadata: bytes,
      }),
    ),
  }),
});
