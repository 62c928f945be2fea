import { bytes, int16, int64, message, nullable, since, string, struct } from "../schema.ts";

/** v1: how long a session lasts (KIP-368). v2: flexible. */
export const SaslAuthenticate = message({
  key: 36,
  name: "SaslAuthenticate",
  versions: [0, 2],
  flexibleSince: 2,
  listeners: ["broker", "controller"],
  request: struct({
    authBytes: bytes,
  }),
  response: struct({
    errorCode: int16,
    errorMessage: nullable(string),
    authBytes: bytes,
    sessionLifetimeMs: since(1, int64, 0),
  }),
});
