import { metadataRecord } from "../metadata-record.ts";
import { array, defaulted, int32, int8, nullable, since, struct, tagged, uuid } from "../schema.ts";

/** v1: directories (KIP-858). v2: eligible leader replicas (KIP-966). */
export const PartitionRecord = metadataRecord({
  id: 3,
  name: "PartitionRecord",
  versions: [0, 2],
  body: struct({
    partitionId: defaulted(int32, -1),
    topicId: uuid,
    replicas: array(int32),
    isr: array(int32),
    removingReplicas: array(int32),
    addingReplicas: array(int32),
    leader: defaulted(int32, -1),
    leaderRecoveryState: tagged(0, 0, int8),
    leaderEpoch: defaulted(int32, -1),
    partitionEpoch: defaulted(int32, -1),
    directories: since(1, array(uuid), []),
    eligibleLeaderReplicas: tagged(1, 2, nullable(array(int32)), null),
    lastKnownElr: tagged(2, 2, nullable(array(int32)), null),
  }),
});
