import { errorCode } from "../../tables/errors.ts";
import { ListTransactions } from "../../wire/kafka/messages/66-list-transactions.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ListTransactions (66), versions 0 to 2: there are none (KIP-664). v2: a pattern for ids (KIP-1152). */

const STATES = [
  "Empty",
  "Ongoing",
  "PrepareCommit",
  "PrepareAbort",
  "CompleteCommit",
  "CompleteAbort",
  "Dead",
  "PrepareEpochFence",
];

export const listTransactions = kafkaApi(ListTransactions, (_, request) => ({
  throttleTimeMs: 0,
  errorCode: errorCode(isPattern(request.transactionalIdPattern) ? "NONE" : "INVALID_REGULAR_EXPRESSION"),
  unknownStateFilters: request.stateFilters.filter((state) => !STATES.includes(state)),
  transactionStates: [],
}));

function isPattern(text: string | null): boolean {
  try {
    new RegExp(text ?? "");
    return true;
  } catch {
    return false; // The only way to ask whether a pattern is one is to compile it.
  }
}
