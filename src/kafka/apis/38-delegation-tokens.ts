import { errorCode } from "../../tables/errors.ts";
import { CreateDelegationToken } from "../../wire/kafka/messages/38-create-delegation-token.ts";
import { RenewDelegationToken } from "../../wire/kafka/messages/39-renew-delegation-token.ts";
import { ExpireDelegationToken } from "../../wire/kafka/messages/40-expire-delegation-token.ts";
import { DescribeDelegationToken } from "../../wire/kafka/messages/41-describe-delegation-token.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * CreateDelegationToken (38), RenewDelegationToken (39), ExpireDelegationToken (40) and DescribeDelegationToken (41)
 * as Kafka answers them to a connection that is not authenticated.
 */

const REFUSED = errorCode("DELEGATION_TOKEN_REQUEST_NOT_ALLOWED");

export const createDelegationToken = kafkaApi(CreateDelegationToken, (_, request, { principal }) => {
  const [principalType, principalName] = principal.split(":", 2) as [string, string];
  const hasOwner = request.ownerPrincipalName !== null && request.ownerPrincipalName !== "";
  return {
    errorCode: REFUSED,
    principalType: hasOwner ? (request.ownerPrincipalType ?? "") : principalType,
    principalName: hasOwner ? (request.ownerPrincipalName ?? "") : principalName,
    tokenRequesterPrincipalType: principalType,
    tokenRequesterPrincipalName: principalName,
    issueTimestampMs: -1,
    expiryTimestampMs: -1,
    maxTimestampMs: -1,
    tokenId: "",
    hmac: Buffer.alloc(0),
    throttleTimeMs: 0,
  };
});

export const renewDelegationToken = kafkaApi(RenewDelegationToken, () => ({
  errorCode: REFUSED,
  expiryTimestampMs: -1,
  throttleTimeMs: 0,
}));

export const expireDelegationToken = kafkaApi(ExpireDelegationToken, () => ({
  errorCode: REFUSED,
  expiryTimestampMs: -1,
  throttleTimeMs: 0,
}));

export const describeDelegationToken = kafkaApi(DescribeDelegationToken, () => ({
  errorCode: REFUSED,
  tokens: [],
  throttleTimeMs: 0,
}));
