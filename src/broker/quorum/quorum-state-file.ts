import {
  FIRST_QUORUM_STATE,
  formatQuorumState,
  parseQuorumState,
  type QuorumState,
} from "../../core/quorum/quorum-state.ts";
import type { Disk } from "../../ports/disk.ts";
import { DataDirectoryError } from "../log/storage-error.ts";
import { writeCheckpoint } from "../log/write-checkpoint.ts";

const NAME = "quorum-state";

/** @throws DataDirectoryError when the file is damaged: guessing an epoch could elect two leaders in one. */
export function readQuorumState(disk: Disk, directory: string): QuorumState {
  const path = `${directory}/${NAME}`;
  if (disk.stat(path) === null) return FIRST_QUORUM_STATE;
  try {
    return parseQuorumState(disk.readFile(path).toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DataDirectoryError(`The file "${path}" is damaged: ${error.message}`, error);
  }
}

/** Resolves when the state survives a power cut; only then may a voter act on it. */
export function writeQuorumState(disk: Disk, directory: string, state: QuorumState): Promise<void> {
  return writeCheckpoint(disk, `${directory}/${NAME}`, Buffer.from(formatQuorumState(state)));
}
