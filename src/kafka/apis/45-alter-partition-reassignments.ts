import { decideReassignment } from "../../core/cluster/reassign-partitions.ts";
import { errorCode, errorText } from "../../tables/errors.ts";
import { AlterPartitionReassignments } from "../../wire/kafka/messages/45-alter-partition-reassignments.ts";
import { kafkaApi } from "../kafka-api.ts";

/* AlterPartitionReassignments (45), versions 0 and 1 (KIP-455). */
export const alterPartitionReassignments = kafkaApi(
  AlterPartitionReassignments,
  async ({ controller }, request) => {
    const answer = await controller.changeWithin(request.timeoutMs, (context) =>
      decideReassignment(context, request),
    );
    const error = "REQUEST_TIMED_OUT";
    return (
      answer ?? {
        throttleTimeMs: 0,
        errorCode: errorCode(error),
        errorMessage: errorText(error),
        responses: [],
      }
    );
  },
);
