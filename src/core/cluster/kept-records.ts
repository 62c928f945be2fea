import type { MetadataRecord } from "./metadata-record.ts";

/*
 * Some records belong to features that this broker does not serve: quotas, SCRAM, ACLs, delegation tokens, the
 * registrations of controllers. They are carried unread, so that a directory that Kafka wrote loses nothing.
 */

/** Under which key a record is carried; null when it need not be. */
export function keptKey(record: MetadataRecord): string | null {
  if (record.name === "ClientQuotaRecord") return record.value.remove ? null : quotaKey(record.value);
  if (record.name === "UserScramCredentialRecord") return scramKey(record.value);
  if (record.name === "DelegationTokenRecord") return `token:${record.value.tokenId}`;
  if (record.name === "AccessControlEntryRecord") return `acl:${record.value.id}`;
  if (record.name === "RegisterControllerRecord") return `controller:${record.value.controllerId}`;
  return record.name === "ZkMigrationStateRecord" ? "migration" : null;
}

/** The key of the record that this one takes back; null when it takes none back. */
export function removedKey(record: MetadataRecord): string | null {
  if (record.name === "ClientQuotaRecord") return record.value.remove ? quotaKey(record.value) : null;
  if (record.name === "RemoveUserScramCredentialRecord") return scramKey(record.value);
  if (record.name === "RemoveDelegationTokenRecord") return `token:${record.value.tokenId}`;
  return record.name === "RemoveAccessControlEntryRecord" ? `acl:${record.value.id}` : null;
}

interface Quota {
  readonly entity: readonly { readonly entityType: string; readonly entityName: string | null }[];
  readonly key: string;
}

function quotaKey({ entity, key }: Quota): string {
  const sorted = entity.map(({ entityType, entityName }) => JSON.stringify([entityType, entityName])).sort();
  return `quota:${sorted.join()}:${key}`;
}

function scramKey({ name, mechanism }: { readonly name: string; readonly mechanism: number }): string {
  return `scram:${mechanism}:${name}`;
}
