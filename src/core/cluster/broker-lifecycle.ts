import type { Uuid } from "../../base/uuid.ts";
import type { ErrorName } from "../../tables/errors.ts";
import { CONTROLLED_SHUTDOWN, FENCE, UNFENCE } from "./apply-broker.ts";
import type { BrokerEndpoint, BrokerImage, FeatureRange } from "./broker-image.ts";
import type { ClusterImage } from "./cluster-image.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { electOffline, forgetEligibility, withdrawBroker } from "./elections.ts";
import type { MetadataRecord } from "./metadata-record.ts";

export interface Registration {
  readonly brokerId: number;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly BrokerEndpoint[];
  readonly features: readonly FeatureRange[];
  readonly rack: string | null;
  readonly logDirs: readonly Uuid[];
  /** False when the last incarnation may have lost data that it had acknowledged. */
  readonly isComplete: boolean;
}

type RegistrationChange = Partial<
  Extract<MetadataRecord, { name: "BrokerRegistrationChangeRecord" }>["value"]
>;

function registrationChange(broker: BrokerImage, change: RegistrationChange): MetadataRecord {
  return {
    name: "BrokerRegistrationChangeRecord",
    value: {
      brokerId: broker.id,
      brokerEpoch: broker.epoch,
      fenced: 0,
      inControlledShutdown: 0,
      logDirs: [],
      cordonedLogDirs: null,
      ...change,
    },
  };
}

function registered(image: ClusterImage, brokerId: number): BrokerImage | undefined {
  return image.brokers.get(brokerId);
}

/**
 * A broker registers, fenced, under an epoch of its own: the offset of this change. A replica whose data may
 * be incomplete is no longer eligible as leader (KIP-966).
 */
export function decideRegistration(
  context: DecisionContext,
  registration: Registration,
): Decision<{ readonly brokerEpoch: number }> {
  const { image, nextOffset } = context;
  const lost = registration.isComplete ? [] : forgetEligibility(image, registration.brokerId);
  const register: MetadataRecord = {
    name: "RegisterBrokerRecord",
    value: {
      brokerId: registration.brokerId,
      isMigratingZkBroker: false,
      incarnationId: registration.incarnationId,
      brokerEpoch: nextOffset,
      endPoints: [...registration.endpoints],
      features: [...registration.features],
      rack: registration.rack,
      fenced: true,
      inControlledShutdown: false,
      logDirs: [...registration.logDirs],
      cordonedLogDirs: null,
    },
  };
  return { records: [...lost, register], response: { brokerEpoch: nextOffset } };
}

/** The broker is ready: it may lead, and takes over what has no leader. */
export function decideUnfence({ image }: DecisionContext, brokerId: number): Decision<void> {
  const broker = registered(image, brokerId);
  if (broker === undefined || !broker.isFenced) return { records: [], response: undefined };
  const unfence = registrationChange(broker, { fenced: UNFENCE });
  return { records: [unfence, ...electOffline(image, brokerId)], response: undefined };
}

/** The broker is gone, or is taken for gone: others take over, and clients no longer see it. */
export function decideFence({ image }: DecisionContext, brokerId: number): Decision<void> {
  const broker = registered(image, brokerId);
  if (broker === undefined || broker.isFenced) return { records: [], response: undefined };
  const fence = registrationChange(broker, { fenced: FENCE });
  return { records: [...withdrawBroker(image, brokerId), fence], response: undefined };
}

/** The broker is about to stop: its leaderships move first, while it still serves. */
export function decideControlledShutdown({ image }: DecisionContext, brokerId: number): Decision<void> {
  const broker = registered(image, brokerId);
  if (broker === undefined || broker.isInControlledShutdown) return { records: [], response: undefined };
  const change = registrationChange(broker, { inControlledShutdown: CONTROLLED_SHUTDOWN });
  return { records: [change, ...withdrawBroker(image, brokerId)], response: undefined };
}

/** Forgets a broker for good; one that still runs must be stopped first. */
export function decideUnregistration({ image }: DecisionContext, brokerId: number): Decision<ErrorName> {
  const broker = registered(image, brokerId);
  if (broker === undefined) return { records: [], response: "BROKER_ID_NOT_REGISTERED" };
  if (!broker.isFenced) return { records: [], response: "INVALID_REQUEST" };
  const value = { brokerId, brokerEpoch: broker.epoch };
  return { records: [{ name: "UnregisterBrokerRecord", value }], response: "NONE" };
}
