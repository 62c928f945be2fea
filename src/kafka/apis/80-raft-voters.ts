import { errorCode } from "../../tables/errors.ts";
import { AddRaftVoter } from "../../wire/kafka/messages/80-add-raft-voter.ts";
import { RemoveRaftVoter } from "../../wire/kafka/messages/81-remove-raft-voter.ts";
import { kafkaApi } from "../kafka-api.ts";

/* AddRaftVoter (80) and RemoveRaftVoter (81): the quorum has one voter, and can't have another set yet (KIP-853). */

const REFUSED = {
  throttleTimeMs: 0,
  errorCode: errorCode("UNSUPPORTED_VERSION"),
  errorMessage: "The voters of this quorum can't be changed",
} as const;

export const addRaftVoter = kafkaApi(AddRaftVoter, () => REFUSED);

export const removeRaftVoter = kafkaApi(RemoveRaftVoter, () => REFUSED);
