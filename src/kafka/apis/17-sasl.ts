import { errorCode } from "../../tables/errors.ts";
import { SaslHandshake } from "../../wire/kafka/messages/17-sasl-handshake.ts";
import { SaslAuthenticate } from "../../wire/kafka/messages/36-sasl-authenticate.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * SaslHandshake (17) and SaslAuthenticate (36) on a listener without SASL: refused, and the connection stays
 * usable. Clients whose configuration says SASL get a clear error that way, not a lost connection.
 */

const REFUSAL = "This listener does not use SASL";

export const saslHandshake = kafkaApi(SaslHandshake, () => ({
  errorCode: errorCode("ILLEGAL_SASL_STATE"),
  mechanisms: [],
}));

export const saslAuthenticate = kafkaApi(SaslAuthenticate, () => ({
  errorCode: errorCode("ILLEGAL_SASL_STATE"),
  errorMessage: REFUSAL,
  authBytes: Buffer.alloc(0),
}));
