import { randomUuid, type Uuid } from "../../base/uuid.ts";
import { decodeMetaProperties, encodeMetaProperties } from "../../core/log/properties-format.ts";
import { DiskError, type DiskLock } from "../../ports/disk.ts";
import type { Env } from "../../ports/env.ts";
import { DataDirectoryError } from "./storage-error.ts";
import { writeCheckpoint } from "./write-checkpoint.ts";

const META_PROPERTIES = "meta.properties";
const LOCK = ".lock";

export interface ClaimOptions {
  readonly path: string;
  readonly nodeId: number;
  /** Null: whatever the directory says, or `newClusterId` when it says nothing. */
  readonly clusterId: string | null;
  readonly newClusterId: () => string;
}

export interface Claim {
  readonly lock: DiskLock;
  readonly clusterId: string;
  readonly directoryId: Uuid;
}

/** Takes a data directory for this broker: locks it, and reads or writes whose it is. */
export async function claimDirectory(env: Env, options: ClaimOptions): Promise<Claim> {
  await makeDurableDirectory(env, options.path);
  const lock = lockDirectory(env, options.path);
  try {
    return { lock, ...(await readOrWriteMeta(env, options)) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Makes the directory and its missing parents, and syncs every name on the way that is new. */
async function makeDurableDirectory({ disk }: Env, path: string): Promise<void> {
  const parents: string[] = [];
  for (let at = path; disk.stat(at) === null;) {
    const slash = at.lastIndexOf("/");
    at = slash < 0 ? "." : at.slice(0, slash) || "/";
    parents.push(at);
  }
  disk.makeDirectory(path);
  for (const parent of parents) await disk.syncDirectory(parent);
}

function lockDirectory({ disk }: Env, path: string): DiskLock {
  try {
    return disk.lock(`${path}/${LOCK}`);
  } catch (error) {
    if (!(error instanceof DiskError) || error.code !== "EWOULDBLOCK") throw error;
    throw new DataDirectoryError(
      `Data directory "${path}" is in use by another broker: stop that one, or choose another directory`,
      error,
    );
  }
}

async function readOrWriteMeta(env: Env, options: ClaimOptions): Promise<Omit<Claim, "lock">> {
  const { disk, random } = env;
  const file = `${options.path}/${META_PROPERTIES}`;
  const known = disk.stat(file) === null ? null : decodeMetaProperties(disk.readFile(file));
  if (known !== null) mustMatch(known, options);
  const clusterId = known?.clusterId ?? options.clusterId ?? options.newClusterId();
  const directoryId = known?.directoryId ?? randomUuid((count) => random.bytes(count));
  if (known === null || known.directoryId === null) {
    const meta = { clusterId, nodeId: options.nodeId, directoryId };
    await writeCheckpoint(disk, file, encodeMetaProperties(meta));
  }
  return { clusterId, directoryId };
}

function mustMatch(
  known: { readonly clusterId: string; readonly nodeId: number },
  { path, clusterId, nodeId }: ClaimOptions,
): void {
  if (clusterId !== null && known.clusterId !== clusterId) {
    throw new DataDirectoryError(
      `Data directory "${path}" belongs to cluster ${known.clusterId}, this broker to ${clusterId}`,
    );
  }
  if (known.nodeId !== nodeId) {
    throw new DataDirectoryError(
      `Data directory "${path}" belongs to node ${known.nodeId}, this broker is node ${nodeId}`,
    );
  }
}
