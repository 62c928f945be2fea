import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int16, int32, string, struct } from "../schema.ts";

const topicConfig = struct({
  key: string,
  value: string,
});

const topicInfo = struct({
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(topicConfig),
});

/** KIP-1071. */
export const StreamsGroupTopology = coordinatorRecord({
  type: 23,
  name: "StreamsGroupTopology",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
  }),
  value: struct({
    epoch: int32,
    subtopologies: array(
      struct({
        subtopologyId: string,
        sourceTopics: array(string),
        sourceTopicRegex: array(string),
        stateChangelogTopics: array(topicInfo),
        repartitionSinkTopics: array(string),
        repartitionSourceTopics: array(topicInfo),
        copartitionGroups: array(
          struct({
            sourceTopics: array(int16),
            sourceTopicRegex: array(int16),
            repartitionSourceTopics: array(int16),
          }),
        ),
      }),
    ),
  }),
});
