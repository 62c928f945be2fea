import { coordinatorRecord } from "../coordinator-record.ts";
import { array, int64, string, struct } from "../schema.ts";

/** The topics that a regular expression resolved to (KIP-848). */
export const ConsumerGroupRegularExpression = coordinatorRecord({
  type: 16,
  name: "ConsumerGroupRegularExpression",
  versions: [0, 0],
  flexibleSince: 0,
  key: struct({
    groupId: string,
    regularExpression: string,
  }),
  value: struct({
    topics: array(string),
    version: int64,
    timestamp: int64,
  }),
});
