import { errorCode, errorText } from "../../tables/errors.ts";
import { ConsumerGroupHeartbeat } from "../../wire/kafka/messages/68-consumer-group-heartbeat.ts";
import { ConsumerGroupDescribe } from "../../wire/kafka/messages/69-consumer-group-describe.ts";
import { ShareGroupHeartbeat } from "../../wire/kafka/messages/76-share-group-heartbeat.ts";
import { ShareGroupDescribe } from "../../wire/kafka/messages/77-share-group-describe.ts";
import { ShareFetch } from "../../wire/kafka/messages/78-share-fetch.ts";
import { ShareAcknowledge } from "../../wire/kafka/messages/79-share-acknowledge.ts";
import { StreamsGroupHeartbeat } from "../../wire/kafka/messages/88-streams-group-heartbeat.ts";
import { StreamsGroupDescribe } from "../../wire/kafka/messages/89-streams-group-describe.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * Consumer groups of KIP-848 (68, 69), share groups (76 to 79) and streams groups (88, 89) as Kafka answers them when
 * group.version, share.version and streams.version are 0. ApiVersions does not name them, so that clients which
 * could do without fall back.
 */

const hidden = { hidden: true } as const;
const REFUSED = {
  throttleTimeMs: 0,
  errorCode: errorCode("UNSUPPORTED_VERSION"),
  errorMessage: errorText("UNSUPPORTED_VERSION"),
} as const;
const NO_HEARTBEAT = { ...REFUSED, memberEpoch: 0, heartbeatIntervalMs: 0 } as const;

function undescribed(groupId: string) {
  return {
    errorCode: REFUSED.errorCode,
    errorMessage: REFUSED.errorMessage,
    groupId,
    groupState: "",
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: "",
    members: [],
  };
}

export const consumerGroupHeartbeat = kafkaApi(ConsumerGroupHeartbeat, () => NO_HEARTBEAT, hidden);

export const consumerGroupDescribe = kafkaApi(
  ConsumerGroupDescribe,
  (_, { groupIds }) => ({ throttleTimeMs: 0, groups: groupIds.map(undescribed) }),
  hidden,
);

export const shareGroupHeartbeat = kafkaApi(ShareGroupHeartbeat, () => NO_HEARTBEAT, hidden);

export const shareGroupDescribe = kafkaApi(
  ShareGroupDescribe,
  (_, { groupIds }) => ({ throttleTimeMs: 0, groups: groupIds.map(undescribed) }),
  hidden,
);

export const shareFetch = kafkaApi(
  ShareFetch,
  () => ({ ...REFUSED, acquisitionLockTimeoutMs: 0, responses: [], nodeEndpoints: [] }),
  hidden,
);

export const shareAcknowledge = kafkaApi(
  ShareAcknowledge,
  () => ({ ...REFUSED, responses: [], nodeEndpoints: [] }),
  hidden,
);

export const streamsGroupHeartbeat = kafkaApi(
  StreamsGroupHeartbeat,
  () => ({
    ...NO_HEARTBEAT,
    memberId: "",
    acceptableRecoveryLag: 0,
    taskOffsetIntervalMs: 0,
    status: null,
    endpointInformationEpoch: 0,
  }),
  hidden,
);

export const streamsGroupDescribe = kafkaApi(
  StreamsGroupDescribe,
  (_, { groupIds }) => ({ throttleTimeMs: 0, groups: groupIds.map(undescribed) }),
  hidden,
);
