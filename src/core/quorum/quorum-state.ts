import { ZERO_UUID, type Uuid } from "../../base/uuid.ts";

/** What a voter must remember over a restart, so that it never votes twice in an epoch. */
export interface QuorumState {
  readonly leaderId: number; // -1: none known.
  readonly leaderEpoch: number; // -1 before the first election.
  readonly votedId: number; // -1: no vote given in this epoch.
  readonly votedDirectoryId: Uuid;
}

export const FIRST_QUORUM_STATE: QuorumState = {
  leaderId: -1,
  leaderEpoch: -1,
  votedId: -1,
  votedDirectoryId: ZERO_UUID,
};

/** Kafka's `quorum-state` file, version 1. */
export function formatQuorumState(state: QuorumState): string {
  const { leaderId, leaderEpoch, votedId, votedDirectoryId } = state;
  return JSON.stringify({ leaderId, leaderEpoch, votedId, votedDirectoryId, data_version: 1 });
}

/**
 * Reads versions 0 and 1; the older one knows no directories.
 * @throws SyntaxError when the text is no such file.
 */
export function parseQuorumState(text: string): QuorumState {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) throw new SyntaxError("The file holds no JSON object");
  const fields = parsed as Readonly<Record<string, unknown>>;
  const version = fields["data_version"];
  if (version !== 0 && version !== 1)
    throw new SyntaxError(`The file has the unknown version ${String(version)}`);
  const number = (name: string): number => {
    const value = fields[name];
    if (typeof value !== "number") throw new SyntaxError(`The file has no number "${name}"`);
    return value;
  };
  const directory = fields["votedDirectoryId"];
  return {
    leaderId: number("leaderId"),
    leaderEpoch: number("leaderEpoch"),
    votedId: number("votedId"),
    votedDirectoryId: typeof directory === "string" ? directory : ZERO_UUID,
  };
}
