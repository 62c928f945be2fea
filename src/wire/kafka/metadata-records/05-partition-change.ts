import { metadataRecord } from "../metadata-record.ts";
import { array, defaulted, int32, int8, nullable, struct, tagged, uuid } from "../schema.ts";

/**
 * Fields that do not change stay null or at their default. v1: directories (KIP-858). v2: eligible leader
 * replicas (KIP-966).
 */
export const PartitionChangeRecord = metadataRecord({
  id: 5,
  name: "PartitionChangeRecord",
  versions: [0, 2],
  body: struct({
    partitionId: defaulted(int32, -1),
    topicId: uuid,
    isr: tagged(0, 0, nullable(array(int32)), null),
    leader: tagged(1, 0, int32, -2),
    replicas: tagged(2, 0, nullable(array(int32)), null),
    removingReplicas: tagged(3, 0, nullable(array(int32)), null),
    addingReplicas: tagged(4, 0, nullable(array(int32)), null),
    leaderRecoveryState: tagged(5, 0, int8, -1),
    directories: tagged(8, 1, nullable(array(uuid)), null),
    eligibleLeaderReplicas: tagged(6, 2, nullable(array(int32)), null),
    lastKnownElr: tagged(7, 2, nullable(array(int32)), null),
  }),
});
