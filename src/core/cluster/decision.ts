import type { Uuid } from "../../base/uuid.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import type { ClusterImage } from "./cluster-image.ts";
import type { MetadataRecord } from "./metadata-record.ts";

/** What a decision may look at. */
export interface DecisionContext {
  /** All that was decided so far, whether committed or not. */
  readonly image: ClusterImage;
  /** The configuration of the deciding node. */
  readonly config: BrokerConfig;
  /** The offset that the first record of this decision will get. */
  readonly nextOffset: number;
  readonly newId: () => Uuid;
  /** A random whole number in [0, bound). */
  readonly below: (bound: number) => number;
}

/** What a request leads to: records that become true together, and the answer once they are committed. */
export interface Decision<Response> {
  readonly records: readonly MetadataRecord[];
  readonly response: Response;
}

/** Kafka refuses larger changes, so that one request can't stall the controller. */
export const RECORDS_PER_REQUEST_MAX = 10_000;
