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

/** v1: synonyms and sources (KIP-226). v3: types and documentation (KIP-569). v4: flexible. */
export const DescribeConfigs = message({
  key: 32,
  name: "DescribeConfigs",
  versions: [1, 4],
  flexibleSince: 4,
  listeners: ["broker", "controller"],
  request: struct({
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configurationKeys: nullable(array(string)),
      }),
    ),
    includeSynonyms: defaulted(bool, false),
    includeDocumentation: since(3, bool, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct({
            name: string,
            value: nullable(string),
            readOnly: bool,
            configSource: defaulted(int8, -1),
            isSensitive: bool,
            synonyms: array(
              struct({
                name: string,
                value: nullable(string),
                source: int8,
              }),
            ),
            configType: since(3, int8, 0),
            documentation: since(3, nullable(string), ""),
          }),
        ),
      }),
    ),
  }),
});
