import type { Disk } from "../../ports/disk.ts";

/** Replaces a small file so that after a power cut it is either the old one or the new one, whole. */
export async function writeCheckpoint(disk: Disk, path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.tmp`;
  disk.writeFile(draft, bytes);
  const file = disk.open(draft, "write");
  try {
    await file.datasync();
  } finally {
    file.close();
  }
  disk.rename(draft, path);
  await disk.syncDirectory(path.slice(0, path.lastIndexOf("/")));
}
