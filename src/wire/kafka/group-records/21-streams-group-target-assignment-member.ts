import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int32, string, struct } from "../schema.ts";

const taskIds = struct({
  subtopologyId: string,
  partitions: array(int32),
});

/** KIP-1071. */
export const StreamsGroupTargetAssignmentMember = coordinatorRecord({
  type: 21,
  name: "StreamsGroupTargetAssignmentMember",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    memberId: string,
  }),
  value: struct({
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
  }),
});
