import type { MetadataRecord } from "./metadata-record.ts";

/*
 * Some records belong to features that this broker does not serve: quotas, SCRAM, ACLs, delegation tokens, the
 * registrations of controllers. They are carried unread, so that a directory that Kafka wrote loses nothing.
 */

/** Under which key a record is carried; null when it need not be. */
export function keptKey(record: MetadataRecord): string | null {
  switch (record.name) {
    case "ClientQuotaRecord":
      return record.value.remove ? null : quotaKey(record.value);
    case "UserScramCredentialRecord":
      return scramKey(record.value);
    case "DelegationTokenRecord":
      return `token:${record.value.tokenId}`;
    case "AccessControlEntryRecord":
      return `acl:${record.value.id}`;
    case "RegisterControllerRecord":
      return `controller:${record.value.controllerId}`;
    case "ZkMigrationStateRecord":
      return "migration";
    default:
      return null;
  }
}

/** The key of the record that this one takes back; null when it takes none back. */
export function removedKey(record: MetadataRecord): string | null {
  switch (record.name) {
    case "ClientQuotaRecord":
      return record.value.remove ? quotaKey(record.value) : null;
    case "RemoveUserScramCredentialRecord":
      return scramKey(record.value);
    case "RemoveDelegationTokenRecord":
      return `token:${record.value.tokenId}`;
    case "RemoveAccessControlEntryRecord":
      return `acl:${record.value.id}`;
    default:
      return null;
  }
}

interface Quota {
  readonly entity: readonly { readonly entityType: string; readonly entityName: string | null }[];
  readonly key: string;
}

function quotaKey({ entity, key }: Quota): string {
  const sorted = entity.map(({ entityType, entityName }) => [entityType, entityName]).sort();
  return `quota:${JSON.stringify([sorted, key])}`;
}

function scramKey({ name, mechanism }: { readonly name: string; readonly mechanism: number }): string {
  return `scram:${mechanism}:${name}`;
}
