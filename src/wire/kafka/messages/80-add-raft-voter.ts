import {
  array,
  bool,
  int16,
  int32,
  message,
  nullable,
  since,
  string,
  struct,
  uint16,
  uuid,
} from "../schema.ts";

/** KIP-853. v1: may answer before the change is committed (KIP-1186). */
export const AddRaftVoter = message({
  key: 80,
  name: "AddRaftVoter",
  versions: [0, 1],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    clusterId: nullable(string),
    timeoutMs: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array(
      struct({
        name: string,
        host: string,
        port: uint16,
      }),
    ),
    ackWhenCommitted: since(1, bool, true),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  }),
});
