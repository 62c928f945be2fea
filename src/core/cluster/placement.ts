import type { Uuid } from "../../base/uuid.ts";
import { isActive, type BrokerImage } from "./broker-image.ts";
import type { ClusterImage } from "./cluster-image.ts";

/** One of Kafka's reserved ids: the replica's broker has not chosen a directory yet. */
export const UNASSIGNED_DIRECTORY: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";

export interface Placement {
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** A random whole number in [0, bound). */
  readonly below: (bound: number) => number;
}

/** Spreads replicas evenly: leaders go round the active brokers from a random start, followers behind them. */
export function placeReplicas(image: ClusterImage, placement: Placement): number[][] {
  const ids = activeBrokers(image).map((broker) => broker.id);
  const start = placement.below(ids.length);
  return Array.from({ length: placement.partitionCount }, (_, index) =>
    Array.from(
      { length: placement.replicationFactor },
      (_, replica) => ids[(start + index + replica) % ids.length]!,
    ),
  );
}

export function activeBrokers(image: ClusterImage): BrokerImage[] {
  return [...image.brokers.values()].filter(isActive).sort((left, right) => left.id - right.id);
}

/** A broker with one directory has no choice; one with several tells the controller what it chose (KIP-858). */
export function directoriesOf(image: ClusterImage, replicas: readonly number[]): Uuid[] {
  return replicas.map((id) => {
    const logDirs = image.brokers.get(id)?.logDirs ?? [];
    return logDirs.length === 1 ? logDirs[0]! : UNASSIGNED_DIRECTORY;
  });
}

/** What is wrong with a hand-made assignment, as a sentence; null when nothing is. */
export function assignmentFault(image: ClusterImage, replicas: readonly number[]): string | null {
  if (replicas.length === 0) return "The replica list is empty";
  if (new Set(replicas).size !== replicas.length) return "The replica list names a broker twice";
  const unknown = replicas.find((id) => !image.brokers.has(id));
  return unknown === undefined ? null : `Broker ${unknown} is not registered`;
}
