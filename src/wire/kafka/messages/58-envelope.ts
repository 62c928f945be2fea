import { bytes, defaulted, int16, message, nullable, struct } from "../schema.ts";

/** KIP-590: a request of a client, sent on by a broker together with the client's principal. */
export const Envelope = message({
  key: 58,
  name: "Envelope",
  versions: [0, 0],
  flexibleSince: 0,
  listeners: ["controller"],
  request: struct({
    requestData: bytes,
    requestPrincipal: nullable(bytes),
    clientHostAddress: bytes,
  }),
  response: struct({
    responseData: defaulted(nullable(bytes), null),
    errorCode: int16,
  }),
});
