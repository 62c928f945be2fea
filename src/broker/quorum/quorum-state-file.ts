import {
  FIRST_QUORUM_STATE,
  formatQuorumState,
  parseQuorumState,
  type QuorumState,
} from "../../core/quorum/quorum-state.ts";
import type { Disk } from "../../ports/disk.ts";

const NAME = "quorum-state";

/** @throws SyntaxError when the file is damaged: guessing an epoch could elect two leaders in one. */
export function readQuorumState(disk: Disk, directory: string): QuorumState {
  const path = `${directory}/${NAME}`;
  if (disk.stat(path) === null) return FIRST_QUORUM_STATE;
  return parseQuorumState(disk.readFile(path).toString("utf8"));
}

/** Resolves when the state survives a power cut; only then may a voter act on it. */
export async function writeQuorumState(disk: Disk, directory: string, state: QuorumState): Promise<void> {
  const path = `${directory}/${NAME}`;
  const draft = `${path}.tmp`;
  disk.writeFile(draft, Buffer.from(formatQuorumState(state)));
  const file = disk.open(draft, "write");
  try {
    await file.datasync();
  } finally {
    file.close();
  }
  disk.rename(draft, path);
  await disk.syncDirectory(directory);
}
