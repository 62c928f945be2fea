import { array, bool, int16, int32, int64, message, since, string, struct, tagged } from "../schema.ts";

/**
 * The response always has the oldest header: a client reads it before it knows anything.
 *
 * v3: flexible, names of client software (KIP-511), features (KIP-584). v4: features may start at level 0.
 */
export const ApiVersions = message({
  key: 18,
  name: "ApiVersions",
  versions: [0, 4],
  flexibleSince: 3,
  listeners: ["broker", "controller"],
  request: struct({
    clientSoftwareName: since(3, string, ""),
    clientSoftwareVersion: since(3, string, ""),
  }),
  response: struct({
    errorCode: int16,
    apiKeys: array(
      struct({
        apiKey: int16,
        minVersion: int16,
        maxVersion: int16,
      }),
    ),
    throttleTimeMs: since(1, int32, 0),
    supportedFeatures: tagged(
      0,
      3,
      array(
        struct({
          name: string,
          minVersion: int16,
          maxVersion: int16,
        }),
      ),
    ),
    finalizedFeaturesEpoch: tagged(1, 3, int64, -1),
    finalizedFeatures: tagged(
      2,
      3,
      array(
        struct({
          name: string,
          maxVersionLevel: int16,
          minVersionLevel: int16,
        }),
      ),
    ),
    zkMigrationReady: tagged(3, 3, bool),
  }),
});
