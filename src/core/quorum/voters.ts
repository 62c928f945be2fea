import type { Uuid } from "../../base/uuid.ts";
import type { ControlRecordInput } from "../../wire/kafka/control-records.ts";

export interface VoterEndpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A member of the quorum. Its directory id tells a voter that lost its disk from the one it was (KIP-853). */
export interface Voter {
  readonly id: number;
  readonly directoryId: Uuid;
  readonly endpoints: readonly VoterEndpoint[];
}

/** The quorum's own version: 1 keeps the voters in the log, where they can change. */
export const KRAFT_VERSION = 1;

/** The control records that state the voters: at the start of the log and of every snapshot. */
export function voterRecords(voters: readonly Voter[]): ControlRecordInput[] {
  return [
    { kind: "kraft-version", value: { version: 0, kRaftVersion: KRAFT_VERSION } },
    {
      kind: "voters",
      value: {
        version: 0,
        voters: voters.map(({ id, directoryId, endpoints }) => ({
          voterId: id,
          voterDirectoryId: directoryId,
          endpoints: [...endpoints],
          kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: KRAFT_VERSION },
        })),
      },
    },
  ];
}

/** The first record of an epoch. */
export function leaderChange(leaderId: number, voters: readonly Voter[]): ControlRecordInput {
  const ids = voters.map(({ id }) => ({ voterId: id }));
  return { kind: "leader-change", value: { version: 0, leaderId, voters: ids, grantingVoters: ids } };
}
