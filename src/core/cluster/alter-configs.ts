import { repeated } from "../../base/repeated.ts";
import type { ErrorName } from "../../tables/errors.ts";
import { configRules, type ConfigFault, type ConfigRules } from "./config-rules.ts";
import { splitList } from "./config/check-config.ts";
import { resourceKey, type ConfigResource } from "./config-resource.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { configRecord } from "./features.ts";
import type { MetadataRecord } from "./metadata-record.ts";

/** Kafka's numbers of incremental operations (KIP-339). */
export const OPERATION = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

export interface ConfigOperation {
  readonly name: string;
  readonly operation: number;
  readonly value: string | null;
}

export interface ResourceOperations {
  readonly resource: ConfigResource;
  readonly operations: readonly ConfigOperation[];
}

export interface ResourceResult {
  readonly resource: ConfigResource;
  readonly error: ErrorName;
  readonly message: string | null;
}

/** Changes some keys of some resources; each resource succeeds or fails for itself. */
export function decideConfigOperations(
  context: DecisionContext,
  changes: readonly ResourceOperations[],
  options: { readonly validateOnly: boolean },
): Decision<readonly ResourceResult[]> {
  const repeatedKeys = repeated(changes.map(({ resource }) => resourceKey(resource)));
  const records: MetadataRecord[] = [];
  const results = changes.map((change): ResourceResult => {
    const outcome = repeatedKeys.has(resourceKey(change.resource))
      ? invalid("The request names the resource more than once")
      : alterResource(context, change);
    if ("error" in outcome) return { resource: change.resource, ...outcome };
    for (const record of outcome) records.push(record);
    return { resource: change.resource, error: "NONE", message: null };
  });
  return { records: options.validateOnly ? [] : records, response: results };
}

/** Replaces all that was set for a resource: the older API (33). */
export function replacement(
  { image }: DecisionContext,
  resource: ConfigResource,
  values: ReadonlyMap<string, string | null>,
): ConfigOperation[] {
  const removed = [...image.config(resource).keys()].filter((name) => !values.has(name));
  return [
    ...[...values].map(([name, value]) => ({ name, operation: OPERATION.set, value })),
    ...removed.map((name) => ({ name, operation: OPERATION.delete, value: null })),
  ];
}

function invalid(message: string): ConfigFault {
  return { error: "INVALID_REQUEST", message };
}

function alterResource(
  context: DecisionContext,
  { resource, operations }: ResourceOperations,
): MetadataRecord[] | ConfigFault {
  const rules = configRules(context, resource);
  if ("error" in rules) return rules;
  const formFault = faultInForm(operations);
  if (formFault !== null) return formFault;
  const before = context.image.config(resource);
  const after = new Map(before);
  for (const operation of operations) {
    const fault = perform(operation, after, rules);
    if (fault !== null) return fault;
  }
  if (operations.length === 0) return [];
  const fault = rules.checkAll(after);
  if (fault !== null) return fault;
  return differences(before, after).map(([name, value]) => configRecord(resource, name, value));
}

function faultInForm(operations: readonly ConfigOperation[]): ConfigFault | null {
  const names = operations.map(({ name }) => name);
  if (new Set(names).size !== names.length) return invalid("The request names a key more than once");
  const empty = operations.find(({ operation, value }) => operation !== OPERATION.delete && value === null);
  return empty === undefined ? null : invalid(`The operation on "${empty.name}" has no value`);
}

function perform(
  { name, operation, value }: ConfigOperation,
  config: Map<string, string>,
  rules: ConfigRules,
): ConfigFault | null {
  switch (operation) {
    case OPERATION.delete: {
      const fault = rules.checkDelete(name);
      if (fault === null) config.delete(name);
      return fault;
    }
    case OPERATION.set:
      config.set(name, value!);
      return rules.checkKey(name, value!);
    case OPERATION.append:
    case OPERATION.subtract: {
      const key = rules.keys[name];
      if (key?.type !== "list") {
        return { error: "INVALID_CONFIG", message: `"${name}" is not a list, nothing can be added to it` };
      }
      const before = splitList(config.get(name) ?? key.default ?? "");
      const elements = splitList(value!);
      const next =
        operation === OPERATION.append
          ? [...before, ...elements.filter((element) => !before.includes(element))]
          : before.filter((element) => !elements.includes(element));
      config.set(name, next.join(","));
      return rules.checkKey(name, next.join(","));
    }
    default:
      return { error: "UNKNOWN_SERVER_ERROR", message: null };
  }
}

function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): [string, string | null][] {
  const changed = [...after].filter(([name, value]) => before.get(name) !== value);
  const removed = [...before.keys()].filter((name) => !after.has(name));
  return [...changed, ...removed.map((name): [string, null] => [name, null])];
}
