import type { Uuid } from "../../base/uuid.ts";

export interface BrokerEndpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly securityProtocol: number; // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
}

/** The levels of a feature that a node can work at; both inclusive. */
export interface FeatureRange {
  readonly name: string;
  readonly minSupportedVersion: number;
  readonly maxSupportedVersion: number;
}

/** A registered broker. A value: a change makes a new one. */
export interface BrokerImage {
  readonly id: number;
  /** The offset of the registration in the metadata log: a later incarnation has a greater one. */
  readonly epoch: number;
  /** New with every start of the broker. */
  readonly incarnationId: Uuid;
  readonly endpoints: readonly BrokerEndpoint[];
  readonly features: readonly FeatureRange[];
  readonly rack: string | null;
  /** A fenced broker leads nothing and is not shown to clients. */
  readonly isFenced: boolean;
  readonly isInControlledShutdown: boolean;
  readonly logDirs: readonly Uuid[];
  /** Null until the broker says. */
  readonly cordonedLogDirs: readonly Uuid[] | null;
}

/** Whether partitions may be placed on the broker and led by it. */
export function isActive(broker: BrokerImage): boolean {
  return !broker.isFenced && !broker.isInControlledShutdown;
}
