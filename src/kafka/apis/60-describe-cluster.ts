import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import { DescribeCluster } from "../../wire/kafka/messages/60-describe-cluster.ts";
import type { ResponseInput } from "../../wire/kafka/schema.ts";
import { CLUSTER_OPERATIONS } from "../authorized-operations.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeCluster (60), versions 0 to 2. v1: brokers or controllers (KIP-919). v2: fenced brokers. */

const BROKERS = 1;
const CONTROLLERS = 2;

export const describeCluster = kafkaApi(DescribeCluster, (broker, request, context) => {
  // Controllers are asked for at their own listener.
  if (request.endpointType === CONTROLLERS) return refused("MISMATCHED_ENDPOINT_TYPE");
  if (request.endpointType !== BROKERS) return refused("UNSUPPORTED_ENDPOINT_TYPE");
  const brokers = [...broker.cluster.brokers.values()]
    .filter((node) => request.includeFencedBrokers || !node.isFenced)
    .map((node) => {
      const { host, port } = broker.advertisedAddress(node.id, context.localAddress);
      return { brokerId: node.id, host, port, rack: node.rack, isFenced: node.isFenced };
    });
  return {
    throttleTimeMs: 0,
    errorCode: errorCode("NONE"),
    endpointType: BROKERS,
    clusterId: broker.clusterId,
    controllerId: broker.nodeId,
    brokers,
    ...(request.includeClusterAuthorizedOperations
      ? { clusterAuthorizedOperations: CLUSTER_OPERATIONS }
      : {}),
  };
});

function refused(error: ErrorName): ResponseInput<typeof DescribeCluster> {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error),
    errorMessage: errorText(error),
    endpointType: BROKERS,
    clusterId: "",
    brokers: [],
  };
}
