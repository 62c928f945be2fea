import { repeated } from "../../base/repeated.ts";
import type { ErrorName } from "../../tables/errors.ts";
import type { ClusterImage } from "./cluster-image.ts";

/*
 * SCRAM credentials (KIP-554). No listener authenticates yet, so none can be set; those of a directory that Kafka wrote
 * are kept and shown.
 */

export interface ScramCredential {
  readonly user: string;
  readonly mechanism: number;
  readonly iterations: number;
}

export interface ScramUser {
  readonly user: string;
  readonly error: ErrorName;
  readonly credentials: readonly ScramCredential[];
}

function credentialsOf(image: ClusterImage): ScramCredential[] {
  return [...image.kept.values()].flatMap((record) => {
    if (record.name !== "UserScramCredentialRecord") return [];
    const { name: user, mechanism, iterations } = record.value;
    return [{ user, mechanism, iterations }];
  });
}

/** @param users Null: all that have credentials. */
export function describeScramUsers(image: ClusterImage, users: readonly string[] | null): ScramUser[] {
  const known = credentialsOf(image);
  const names = users ?? known.map(({ user }) => user);
  const askedTwice = repeated(users ?? []);
  return [...new Set(names)].map((user): ScramUser => {
    if (askedTwice.has(user)) return { user, error: "DUPLICATE_RESOURCE", credentials: [] };
    const credentials = known.filter((credential) => credential.user === user);
    return { user, error: credentials.length > 0 ? "NONE" : "RESOURCE_NOT_FOUND", credentials };
  });
}

export interface ScramDeletion {
  readonly name: string;
  readonly mechanism: number;
}

export interface ScramUpsertion extends ScramDeletion {
  readonly iterations: number;
}

const MECHANISMS = [1, 2]; // SCRAM-SHA-256 and SCRAM-SHA-512.
const ITERATIONS_MIN = 4096;
const ITERATIONS_MAX = 16_384;

/** The answer for each user that the request names. */
export function scramChangeFaults(
  image: ClusterImage,
  deletions: readonly ScramDeletion[],
  upsertions: readonly ScramUpsertion[],
): { readonly user: string; readonly error: ErrorName }[] {
  const known = new Set(credentialsOf(image).map(({ user, mechanism }) => `${mechanism}:${user}`));
  const all = [...deletions, ...upsertions];
  const keyOf = ({ name, mechanism }: ScramDeletion): string => `${mechanism}:${name}`;
  const changedTwice = repeated(all.map(keyOf));
  const faultOf = (change: ScramDeletion | ScramUpsertion): ErrorName => {
    if (changedTwice.has(keyOf(change))) return "DUPLICATE_RESOURCE";
    if (change.name === "") return "UNACCEPTABLE_CREDENTIAL";
    if (!MECHANISMS.includes(change.mechanism)) return "UNSUPPORTED_SASL_MECHANISM";
    if (!("iterations" in change))
      return known.has(keyOf(change)) ? "UNSUPPORTED_VERSION" : "RESOURCE_NOT_FOUND";
    const { iterations } = change;
    const isFine = iterations >= ITERATIONS_MIN && iterations <= ITERATIONS_MAX;
    return isFine ? "UNSUPPORTED_VERSION" : "UNACCEPTABLE_CREDENTIAL";
  };
  const faults = new Map<string, ErrorName>();
  for (const change of all) if (!faults.has(change.name)) faults.set(change.name, faultOf(change));
  return [...faults].map(([user, error]) => ({ user, error }));
}
