import { describeQuotas, quotaChangeFault } from "../../core/cluster/client-quotas.ts";
import { errorCode } from "../../tables/errors.ts";
import { DescribeClientQuotas } from "../../wire/kafka/messages/48-describe-client-quotas.ts";
import { AlterClientQuotas } from "../../wire/kafka/messages/49-alter-client-quotas.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeClientQuotas (48) and AlterClientQuotas (49), versions 0 and 1 (KIP-546). */

export const describeClientQuotas = kafkaApi(DescribeClientQuotas, ({ cluster }, { components, strict }) => {
  const found = describeQuotas(cluster, components, { isStrict: strict });
  if ("error" in found) {
    return {
      throttleTimeMs: 0,
      errorCode: errorCode(found.error),
      errorMessage: found.message,
      entries: null,
    };
  }
  const entries = found.map(({ entity, values }) => ({ entity: [...entity], values: [...values] }));
  return { throttleTimeMs: 0, errorCode: errorCode("NONE"), errorMessage: "", entries };
});

export const alterClientQuotas = kafkaApi(AlterClientQuotas, (_, { entries }) => ({
  throttleTimeMs: 0,
  entries: entries.map(({ entity, ops }) => {
    const fault = quotaChangeFault({ entity, ops });
    const errorMessage = fault?.message ?? null;
    return { errorCode: errorCode(fault?.error ?? "NONE"), errorMessage, entity };
  }),
}));
