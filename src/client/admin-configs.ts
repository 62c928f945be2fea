import { errorName } from "../tables/errors.ts";
import { DescribeConfigs } from "../wire/kafka/messages/32-describe-configs.ts";
import { IncrementalAlterConfigs } from "../wire/kafka/messages/44-incremental-alter-configs.ts";
import { KafkaError } from "./client-error.ts";
import type { ClusterClient, Route } from "./cluster-client.ts";

export type ConfigResourceKind = "topic" | "broker" | "group";

export interface ConfigResource {
  readonly kind: ConfigResourceKind;
  /** A topic, a group or a node id; "" for the default of all brokers. */
  readonly name: string;
}

export interface ConfigEntry {
  readonly name: string;
  /** Null when it is a secret. */
  readonly value: string | null;
  readonly source: string;
  readonly isReadOnly: boolean;
  readonly documentation: string | null;
}

const RESOURCE_TYPES: Readonly<Record<ConfigResourceKind, number>> = { topic: 2, broker: 4, group: 32 };
/** By the number on the wire (KIP-226). */
const SOURCES = [
  "unknown",
  "topic",
  "broker",
  "all brokers",
  "server.properties",
  "default",
  "logger",
  "client metrics",
  "group",
];
const SET = 0;
const DELETE = 1;

function describe(resource: ConfigResource): string {
  return `${resource.kind} "${resource.name}"`;
}

/** Only the broker itself knows its own configuration; everything else any broker answers. */
function routeTo(resource: ConfigResource): Route {
  if (resource.kind !== "broker" || resource.name === "") return { to: "any" };
  return { to: "node", nodeId: Number(resource.name) };
}

/** Every key of the resource, in the order of names. */
export async function describeConfigs(
  client: ClusterClient,
  resource: ConfigResource,
  options: { documentation?: boolean } = {},
): Promise<ConfigEntry[]> {
  const body = {
    resources: [
      {
        resourceType: RESOURCE_TYPES[resource.kind],
        resourceName: resource.name,
        configurationKeys: null,
      },
    ],
    includeSynonyms: false,
    includeDocumentation: options.documentation ?? false,
  };
  const response = await client.request(routeTo(resource), DescribeConfigs, body, ({ results }) => {
    for (const { errorCode, errorMessage } of results) {
      const action = `describe the configuration of ${describe(resource)}`;
      if (errorCode !== 0) throw new KafkaError(action, errorName(errorCode), errorMessage);
    }
  });
  const configs = response.results.flatMap((result) => result.configs);
  return configs
    .map((config) => ({
      name: config.name,
      value: config.isSensitive ? null : config.value,
      source: SOURCES[config.configSource] ?? "unknown",
      isReadOnly: config.readOnly,
      documentation: config.documentation,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sets keys, and takes those with a null value back to their default; all of them or none. */
export async function alterConfigs(
  client: ClusterClient,
  resource: ConfigResource,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  const configs = Object.entries(changes).map(([name, value]) => ({
    name,
    configOperation: value === null ? DELETE : SET,
    value,
  }));
  const body = {
    resources: [{ resourceType: RESOURCE_TYPES[resource.kind], resourceName: resource.name, configs }],
    validateOnly: false,
  };
  await client.request(routeTo(resource), IncrementalAlterConfigs, body, ({ responses }) => {
    for (const { errorCode, errorMessage } of responses) {
      const action = `change the configuration of ${describe(resource)}`;
      if (errorCode !== 0) throw new KafkaError(action, errorName(errorCode), errorMessage);
    }
  });
}
