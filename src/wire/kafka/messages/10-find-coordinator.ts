import {
  array,
  between,
  int16,
  int32,
  int8,
  message,
  nullable,
  since,
  string,
  struct,
  until,
} from "../schema.ts";

/**
 * v1: transactions (KIP-98). v3: flexible. v4: many keys (KIP-699). v5: TRANSACTION_ABORTABLE (KIP-890).
 * v6: share groups (KIP-932).
 */
export const FindCoordinator = message({
  key: 10,
  name: "FindCoordinator",
  versions: [0, 6],
  flexibleSince: 3,
  request: struct({
    key: until(3, string, ""),
    keyType: since(1, int8, 0),
    coordinatorKeys: since(4, array(string), []),
  }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: until(3, int16, 0),
    errorMessage: between([1, 3], nullable(string), ""),
    nodeId: until(3, int32, 0),
    host: until(3, string, ""),
    port: until(3, int32, 0),
    coordinators: since(
      4,
      array(
        struct({
          key: string,
          nodeId: int32,
          host: string,
          port: int32,
          errorCode: int16,
          errorMessage: nullable(string),
        }),
      ),
      [],
    ),
  }),
});
