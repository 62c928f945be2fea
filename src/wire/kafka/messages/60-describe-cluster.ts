import {
  array,
  bool,
  defaulted,
  int16,
  int32,
  int8,
  message,
  nullable,
  since,
  string,
  struct,
} from "../schema.ts";

/** KIP-700. v1: controllers as well as brokers (KIP-919). v2: fenced brokers (KIP-1073). */
export const DescribeCluster = message({
  key: 60,
  name: "DescribeCluster",
  versions: [0, 2],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    includeClusterAuthorizedOperations: bool,
    endpointType: since(1, int8, 1),
    includeFencedBrokers: since(2, bool, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: defaulted(nullable(string), null),
    endpointType: since(1, int8, 1),
    clusterId: string,
    controllerId: defaulted(int32, -1),
    brokers: array(
      struct({
        brokerId: int32,
        host: string,
        port: int32,
        rack: defaulted(nullable(string), null),
        isFenced: since(2, bool, false),
      }),
    ),
    clusterAuthorizedOperations: defaulted(int32, -2147483648),
  }),
});
