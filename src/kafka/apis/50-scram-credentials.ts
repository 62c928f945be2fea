import { describeScramUsers, scramChangeFaults } from "../../core/cluster/scram-credentials.ts";
import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import { AlterUserScramCredentials, DescribeUserScramCredentials } from "../../wire/kafka/messages/index.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeUserScramCredentials (50) and AlterUserScramCredentials (51), version 0 (KIP-554). */

export const describeUserScramCredentials = kafkaApi(
  DescribeUserScramCredentials,
  ({ cluster }, { users }) => {
    const names = users === null || users.length === 0 ? null : users.map(({ name }) => name);
    const results = describeScramUsers(cluster, names).map(({ user, error, credentials }) => ({
      user,
      ...outcome(error),
      credentialInfos: credentials.map(({ mechanism, iterations }) => ({ mechanism, iterations })),
    }));
    return { throttleTimeMs: 0, errorCode: errorCode("NONE"), errorMessage: "", results };
  },
);

export const alterUserScramCredentials = kafkaApi(
  AlterUserScramCredentials,
  ({ cluster }, { deletions, upsertions }) => ({
    throttleTimeMs: 0,
    results: scramChangeFaults(cluster, deletions, upsertions).map(({ user, error }) => ({
      user,
      ...outcome(error),
    })),
  }),
);

function outcome(error: ErrorName): { errorCode: number; errorMessage: string | null } {
  return { errorCode: errorCode(error), errorMessage: error === "NONE" ? null : errorText(error) };
}
