import { DescribeConfigs } from "../../wire/kafka/messages/32-describe-configs.ts";
import { IncrementalAlterConfigs } from "../../wire/kafka/messages/44-incremental-alter-configs.ts";
import { errorIn, inBatches } from "./admin-batch.ts";
import type { ChangeOptions } from "./admin-topics.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";

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
  /** Null unless it was asked for. */
  readonly documentation: string | null;
}

/** A new value; null for the default; or values to add to a list, or to take from it. */
export type ConfigChange = string | null | { readonly append: string } | { readonly subtract: string };

export interface ConfigChanges extends ConfigResource {
  /** By key; all of them or none. */
  readonly changes: Readonly<Record<string, ConfigChange>>;
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
const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

/** Only the broker itself knows its own configuration; everything else any broker answers. */
function routeTo(resource: ConfigResource): Route {
  if (resource.kind !== "broker" || resource.name === "") return { to: "any" };
  return { to: "node", nodeId: Number(resource.name) };
}

function isOf(resource: ConfigResource) {
  return (answer: { readonly resourceType: number; readonly resourceName: string }): boolean =>
    answer.resourceType === RESOURCE_TYPES[resource.kind] && answer.resourceName === resource.name;
}

/** Every key of each resource, in the order of names. */
export async function describeConfigs(
  client: ClusterClient,
  resources: readonly ConfigResource[],
  options: { readonly documentation?: boolean } & CallOptions = {},
): Promise<ConfigEntry[][]> {
  const batch = {
    items: resources,
    routeOf: routeTo,
    forget() {},
    async send(route: Route, items: readonly ConfigResource[]) {
      const body = {
        resources: items.map(({ kind, name }) => ({
          resourceType: RESOURCE_TYPES[kind],
          resourceName: name,
          configurationKeys: null,
        })),
        includeSynonyms: false,
        includeDocumentation: options.documentation ?? false,
      };
      const { results } = await client.requestOnce(route, DescribeConfigs, body);
      return items.map((resource) => {
        const result = results.find(isOf(resource));
        const action = `describe the configuration of ${resource.kind} "${resource.name}"`;
        return errorIn(action, result) ?? entriesOf(result!.configs);
      });
    },
  };
  return await inBatches<ConfigResource, ConfigEntry[]>(client, batch, options);
}

interface WireConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
  readonly documentation: string | null;
}

function entriesOf(configs: readonly WireConfig[]): ConfigEntry[] {
  return configs
    .map((config) => ({
      name: config.name,
      value: config.isSensitive ? null : config.value,
      source: SOURCES[config.configSource] ?? "unknown",
      isReadOnly: config.readOnly,
      documentation: config.documentation === "" ? null : config.documentation,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws KafkaError INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION …; a resource that fails is left as it was. */
export async function alterConfigs(
  client: ClusterClient,
  resources: readonly ConfigChanges[],
  options: ChangeOptions = {},
): Promise<void> {
  const { validateOnly = false } = options;
  const batch = {
    items: resources,
    routeOf: routeTo,
    forget() {},
    async send(route: Route, items: readonly ConfigChanges[]) {
      const wanted = items.map(({ kind, name, changes }) => ({
        resourceType: RESOURCE_TYPES[kind],
        resourceName: name,
        configs: Object.entries(changes).map(([key, change]) => ({ name: key, ...operationOf(change) })),
      }));
      const body = { resources: wanted, validateOnly };
      const { responses } = await client.requestOnce(route, IncrementalAlterConfigs, body);
      return items.map((resource) => {
        const action = `change the configuration of ${resource.kind} "${resource.name}"`;
        return errorIn(action, responses.find(isOf(resource))) ?? true;
      });
    },
  };
  await inBatches(client, batch, options);
}

function operationOf(change: ConfigChange): { configOperation: number; value: string | null } {
  if (change === null) return { configOperation: OPERATIONS.delete, value: null };
  if (typeof change === "string") return { configOperation: OPERATIONS.set, value: change };
  if ("append" in change) return { configOperation: OPERATIONS.append, value: change.append };
  return { configOperation: OPERATIONS.subtract, value: change.subtract };
}
