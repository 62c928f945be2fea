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
  until,
} from "../schema.ts";

/** KIP-584. v1: kinds of downgrade, dry runs (KIP-778). v2: one error for all (KIP-1022). */
export const UpdateFeatures = message({
  key: 57,
  name: "UpdateFeatures",
  versions: [0, 2],
  flexibleSince: 0,
  listeners: ["broker", "controller"],
  request: struct({
    timeoutMs: defaulted(int32, 60000),
    featureUpdates: array(
      struct({
        feature: string,
        maxVersionLevel: int16,
        allowDowngrade: until(0, bool, false),
        upgradeType: since(1, int8, 1),
      }),
    ),
    validateOnly: since(1, bool, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    results: until(
      1,
      array(
        struct({
          feature: string,
          errorCode: int16,
          errorMessage: nullable(string),
        }),
      ),
      [],
    ),
  }),
});
