import { decideElectLeaders } from "../../core/cluster/elect-leaders.ts";
import { errorCode } from "../../tables/errors.ts";
import { ElectLeaders } from "../../wire/kafka/messages/43-elect-leaders.ts";
import { kafkaApi } from "../kafka-api.ts";

/* ElectLeaders (43), versions 0 to 2. v1: unclean elections (KIP-460). */
export const electLeaders = kafkaApi(ElectLeaders, async ({ controller }, request) => {
  const answer = await controller.changeWithin(request.timeoutMs, (context) =>
    decideElectLeaders(context, request),
  );
  return (
    answer ?? { throttleTimeMs: 0, errorCode: errorCode("REQUEST_TIMED_OUT"), replicaElectionResults: [] }
  );
});
