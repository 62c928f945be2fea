import type { ErrorName } from "../../tables/errors.ts";
import type { ClusterImage } from "./cluster-image.ts";

/*
 * Client quotas (KIP-546). They are not enforced yet, so none can be set; those of a directory that Kafka wrote are
 * kept and shown.
 */

export interface QuotaEntityPart {
  readonly entityType: string;
  readonly entityName: string | null; // Null: the default of the type.
}

export interface QuotaFault {
  readonly error: ErrorName;
  readonly message: string;
}

const TYPES = ["user", "client-id", "ip"];
const EXACT = 0;
const DEFAULT = 1;
const ANY = 2;

/** Which quotas to show: one component an entity type. */
export interface QuotaFilter {
  readonly entityType: string;
  readonly matchType: number;
  readonly match: string | null;
}

export interface QuotaEntry {
  readonly entity: readonly QuotaEntityPart[];
  readonly values: readonly { readonly key: string; readonly value: number }[];
}

export function describeQuotas(
  image: ClusterImage,
  filters: readonly QuotaFilter[],
  options: { readonly isStrict: boolean },
): readonly QuotaEntry[] | QuotaFault {
  const fault = filterFault(filters);
  if (fault !== null) return fault;
  const entries = new Map<string, { entity: readonly QuotaEntityPart[]; values: QuotaEntry["values"] }>();
  for (const record of image.kept.values()) {
    if (record.name !== "ClientQuotaRecord") continue;
    const { entity, key, value } = record.value;
    if (!isShown(entity, filters, options.isStrict)) continue;
    const id = JSON.stringify(entity);
    entries.set(id, { entity, values: [...(entries.get(id)?.values ?? []), { key, value }] });
  }
  return [...entries.values()];
}

function filterFault(filters: readonly QuotaFilter[]): QuotaFault | null {
  const invalid = (message: string): QuotaFault => ({ error: "INVALID_REQUEST", message });
  const types = filters.map(({ entityType }) => entityType);
  if (new Set(types).size !== types.length) return invalid("An entity type is filtered twice");
  for (const { entityType, matchType, match } of filters) {
    if (entityType === "") return invalid("An entity type is empty");
    if (matchType !== EXACT && matchType !== DEFAULT && matchType !== ANY) {
      return invalid(`There is no match of type ${matchType}`);
    }
    if (matchType === EXACT && match === null) return invalid("An exact match names what it matches");
    if (!TYPES.includes(entityType)) {
      return { error: "UNSUPPORTED_VERSION", message: `Entities of type "${entityType}" have no quotas` };
    }
  }
  const mixesIp = types.includes("ip") && types.length > 1;
  return mixesIp ? invalid("Addresses have quotas of their own") : null;
}

function isShown(
  entity: readonly QuotaEntityPart[],
  filters: readonly QuotaFilter[],
  isStrict: boolean,
): boolean {
  if (isStrict && entity.length !== filters.length) return false;
  return filters.every(({ entityType, matchType, match }) => {
    const part = entity.find((candidate) => candidate.entityType === entityType);
    if (part === undefined) return false;
    if (matchType === ANY) return true;
    return part.entityName === (matchType === EXACT ? match : null);
  });
}

export interface QuotaChange {
  readonly entity: readonly QuotaEntityPart[];
  readonly ops: readonly { readonly key: string; readonly value: number; readonly remove: boolean }[];
}

const WHOLE_KEYS = ["producer_byte_rate", "consumer_byte_rate"];
const USER_KEYS = [...WHOLE_KEYS, "request_percentage", "controller_mutation_rate"];
const IP_KEYS = ["connection_creation_rate"];

/** Why a quota can't be changed: it is malformed, or it would not be enforced. Null when nothing would change. */
export function quotaChangeFault({ entity, ops }: QuotaChange): QuotaFault | null {
  const message = entityFault(entity) ?? operationFault(entity, ops);
  if (message !== null) return { error: "INVALID_REQUEST", message };
  if (ops.every(({ remove }) => remove)) return null;
  return { error: "UNSUPPORTED_VERSION", message: "This broker does not enforce quotas" };
}

function entityFault(entity: readonly QuotaEntityPart[]): string | null {
  if (entity.length === 0) return "A quota is for somebody";
  const types = entity.map(({ entityType }) => entityType);
  if (new Set(types).size !== types.length) return "An entity type is named twice";
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) return `Entities of type "${unknown}" have no quotas`;
  if (types.includes("ip") && types.length > 1) return "Addresses have quotas of their own";
  return entity.some(({ entityName }) => entityName === "") ? "An entity's name is empty" : null;
}

function operationFault(entity: QuotaChange["entity"], ops: QuotaChange["ops"]): string | null {
  const keys = entity[0]!.entityType === "ip" ? IP_KEYS : USER_KEYS;
  for (const { key, value, remove } of ops) {
    if (!keys.includes(key)) return `There is no quota "${key}" for such an entity`;
    if (remove) continue;
    const mustBeWhole = WHOLE_KEYS.includes(key) || IP_KEYS.includes(key);
    if (value <= 0 || (mustBeWhole && !Number.isInteger(value))) return `"${key}" can't be ${value}`;
  }
  return null;
}
