import {
  array,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  string,
  struct,
  tagged,
  uint16,
  uuid,
} from "../schema.ts";

/** KIP-853. */
export const UpdateRaftVoter = message({
  key: 82,
  name: "UpdateRaftVoter",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    clusterId: nullable(string),
    currentLeaderEpoch: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array(
      struct({
        name: string,
        host: string,
        port: uint16,
      }),
    ),
    kRaftVersionFeature: struct({
      minSupportedVersion: int16,
      maxSupportedVersion: int16,
    }),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    currentLeader: tagged(
      0,
      0,
      struct({
        leaderId: defaulted(int32, -1),
        leaderEpoch: defaulted(int32, -1),
        host: string,
        port: int32,
      }),
    ),
  }),
});
