import { array, int16, message, string, struct } from "../schema.ts";

/** v0: raw tokens follow. v1: tokens travel in SaslAuthenticate (KIP-152). */
export const SaslHandshake = message({
  key: 17,
  name: "SaslHandshake",
  versions: [0, 1],
  flexibleSince: "never",
  listeners: ["broker", "controller"],
  request: struct({
    mechanism: string,
  }),
  response: struct({
    errorCode: int16,
    mechanisms: array(string),
  }),
});
