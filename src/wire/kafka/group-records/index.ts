import { LegacyOffsetCommit } from "./00-legacy-offset-commit.ts";
import { OffsetCommit } from "./01-offset-commit.ts";
import { GroupMetadata } from "./02-group-metadata.ts";
import { ConsumerGroupMetadata } from "./03-consumer-group-metadata.ts";
import { ConsumerGroupPartitionMetadata } from "./04-consumer-group-partition-metadata.ts";
import { ConsumerGroupMemberMetadata } from "./05-consumer-group-member-metadata.ts";
import { ConsumerGroupTargetAssignmentMetadata } from "./06-consumer-group-target-assignment-metadata.ts";
import { ConsumerGroupTargetAssignmentMember } from "./07-consumer-group-target-assignment-member.ts";
import { ConsumerGroupCurrentMemberAssignment } from "./08-consumer-group-current-member-assignment.ts";
import { ShareGroupMemberMetadata } from "./10-share-group-member-metadata.ts";
import { ShareGroupMetadata } from "./11-share-group-metadata.ts";
import { ShareGroupTargetAssignmentMetadata } from "./12-share-group-target-assignment-metadata.ts";
import { ShareGroupTargetAssignmentMember } from "./13-share-group-target-assignment-member.ts";
import { ShareGroupCurrentMemberAssignment } from "./14-share-group-current-member-assignment.ts";
import { ShareGroupStatePartitionMetadata } from "./15-share-group-state-partition-metadata.ts";
import { ConsumerGroupRegularExpression } from "./16-consumer-group-regular-expression.ts";
import { StreamsGroupMetadata } from "./17-streams-group-metadata.ts";
import { StreamsGroupMemberMetadata } from "./19-streams-group-member-metadata.ts";
import { StreamsGroupTargetAssignmentMetadata } from "./20-streams-group-target-assignment-metadata.ts";
import { StreamsGroupTargetAssignmentMember } from "./21-streams-group-target-assignment-member.ts";
import { StreamsGroupCurrentMemberAssignment } from "./22-streams-group-current-member-assignment.ts";
import { StreamsGroupTopology } from "./23-streams-group-topology.ts";

export {
  LegacyOffsetCommit,
  OffsetCommit,
  GroupMetadata,
  ConsumerGroupMetadata,
  ConsumerGroupPartitionMetadata,
  ConsumerGroupMemberMetadata,
  ConsumerGroupTargetAssignmentMetadata,
  ConsumerGroupTargetAssignmentMember,
  ConsumerGroupCurrentMemberAssignment,
  ShareGroupMemberMetadata,
  ShareGroupMetadata,
  ShareGroupTargetAssignmentMetadata,
  ShareGroupTargetAssignmentMember,
  ShareGroupCurrentMemberAssignment,
  ShareGroupStatePartitionMetadata,
  ConsumerGroupRegularExpression,
  StreamsGroupMetadata,
  StreamsGroupMemberMetadata,
  StreamsGroupTargetAssignmentMetadata,
  StreamsGroupTargetAssignmentMember,
  StreamsGroupCurrentMemberAssignment,
  StreamsGroupTopology,
};

/** Every kind of record in `__consumer_offsets` that has a table, by name. */
export const groupRecords = {
  LegacyOffsetCommit,
  OffsetCommit,
  GroupMetadata,
  ConsumerGroupMetadata,
  ConsumerGroupPartitionMetadata,
  ConsumerGroupMemberMetadata,
  ConsumerGroupTargetAssignmentMetadata,
  ConsumerGroupTargetAssignmentMember,
  ConsumerGroupCurrentMemberAssignment,
  ShareGroupMemberMetadata,
  ShareGroupMetadata,
  ShareGroupTargetAssignmentMetadata,
  ShareGroupTargetAssignmentMember,
  ShareGroupCurrentMemberAssignment,
  ShareGroupStatePartitionMetadata,
  ConsumerGroupRegularExpression,
  StreamsGroupMetadata,
  StreamsGroupMemberMetadata,
  StreamsGroupTargetAssignmentMetadata,
  StreamsGroupTargetAssignmentMember,
  StreamsGroupCurrentMemberAssignment,
  StreamsGroupTopology,
};
