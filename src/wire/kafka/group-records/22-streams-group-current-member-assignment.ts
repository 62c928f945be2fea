import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, int8, nullable, string, struct, tagged } from "../schema.ts";

const taskIds = struct({
  subtopologyId: string,
  partitions: array(int32),
  assignmentEpochs: tagged(0, 0, nullable(array(int32))),
});

/** KIP-1071. */
export const StreamsGroupCurrentMemberAssignment = coordinatorRecord({
  type: 22,
  name: "StreamsGroupCurrentMemberAssignment",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
    activeTasksPendingRevocation: array(taskIds),
    standbyTasksPendingRevocation: array(taskIds),
    warmupTasksPendingRevocation: array(taskIds),
  }),
});
