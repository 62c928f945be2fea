import { decodeCleanShutdown } from "../core/log/properties-format.ts";
import type { Disk } from "../ports/disk.ts";

const MARKER = ".kafka_cleanshutdown";

/**
 * The broker epoch that every directory's clean-shutdown marker names; null when the last stop was a crash.
 * To be asked before the directories are opened, which takes the markers away.
 */
export function cleanShutdownEpoch(disk: Disk, directories: readonly string[]): number | null {
  const epochs = directories.map((directory) => {
    const path = `${directory}/${MARKER}`;
    return disk.stat(path) === null ? null : decodeCleanShutdown(disk.readFile(path));
  });
  const [first] = epochs;
  return first !== undefined && epochs.every((epoch) => epoch === first) ? first : null;
}
