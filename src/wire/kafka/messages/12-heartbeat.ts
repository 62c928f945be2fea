import { int16, int32, message, nullable, since, string, struct } from "../schema.ts";

/** v3: static members (KIP-345). v4: flexible. */
export const Heartbeat = message({
  key: 12,
  name: "Heartbeat",
  versions: [0, 4],
  flexibleSince: 4,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullable(string), null),
  }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
  }),
});
