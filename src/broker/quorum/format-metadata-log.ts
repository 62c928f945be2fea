import { snapshotBytes } from "../../core/quorum/snapshot-bytes.ts";
import { snapshotFileName } from "../../core/quorum/snapshot-id.ts";
import type { Voter } from "../../core/quorum/voters.ts";
import type { Env } from "../../ports/env.ts";
import { writeCheckpoint } from "../log/write-checkpoint.ts";

/** The file beside the metadata log that names the feature levels of a new cluster. */
const BOOTSTRAP = "bootstrap.checkpoint";
const FIRST_SNAPSHOT = snapshotFileName({ endOffset: 0, epoch: 0 });

export interface FormatOptions {
  /** The log directory that holds the metadata log. */
  readonly root: string;
  /** The metadata log's own directory. */
  readonly logPath: string;
  readonly voter: Voter;
  /** The first records of a new cluster, encoded. */
  readonly bootstrap: readonly Buffer[];
}

/**
 * Makes an empty metadata log one that Kafka's `format` would have made: with the feature levels in
 * `bootstrap.checkpoint` and the first voter in a snapshot of nothing. Kafka does not start without them.
 */
export async function formatMetadataLog(env: Env, options: FormatOptions): Promise<void> {
  const { root, logPath, voter, bootstrap } = options;
  const timestamp = env.clock.now();
  const place = { epoch: 0, timestamp };
  await writeOnce(env, `${root}/${BOOTSTRAP}`, () =>
    snapshotBytes({ ...place, lastContainedTimestamp: 0, voters: null, values: bootstrap }),
  );
  await writeOnce(env, `${logPath}/${FIRST_SNAPSHOT}`, () =>
    snapshotBytes({ ...place, lastContainedTimestamp: timestamp, voters: [voter], values: [] }),
  );
}

async function writeOnce({ disk }: Env, path: string, contents: () => Buffer): Promise<void> {
  if (disk.stat(path) === null) await writeCheckpoint(disk, path, contents());
}
