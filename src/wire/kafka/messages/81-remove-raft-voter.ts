import { int16, int32, message, nullable, string, struct, uuid } from "../schema.ts";

/** KIP-853. */
export const RemoveRaftVoter = message({
  key: 81,
  name: "RemoveRaftVoter",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    clusterId: nullable(string),
    voterId: int32,
    voterDirectoryId: uuid,
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  }),
});
