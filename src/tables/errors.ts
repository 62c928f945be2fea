/*
 * Kafka's error codes. A client decides by code and by whether the error is retriable; the text is our own
 * and only for people.
 */

interface ErrorEntry {
  readonly code: number;
  readonly text: string;
  readonly retriable: boolean;
}

function final(code: number, text: string): ErrorEntry {
  return { code, text, retriable: false };
}

/** An error after which the Java client tries again by itself. */
function retriable(code: number, text: string): ErrorEntry {
  return { code, text, retriable: true };
}

const table = {
  UNKNOWN_SERVER_ERROR: final(-1, "The server failed in a way that has no code of its own."),
  NONE: final(0, "No error."),
  OFFSET_OUT_OF_RANGE: final(1, "The partition does not hold the requested offset."),
  CORRUPT_MESSAGE: retriable(2, "The checksum, size or format of the records is wrong."),
  UNKNOWN_TOPIC_OR_PARTITION: retriable(3, "This server does not host the topic or partition."),
  INVALID_FETCH_SIZE: final(4, "The requested fetch size is not valid."),
  LEADER_NOT_AVAILABLE: retriable(5, "The partition has no leader at the moment."),
  NOT_LEADER_OR_FOLLOWER: retriable(6, "This broker is not the replica that the request needs."),
  REQUEST_TIMED_OUT: retriable(7, "The request was not completed in time."),
  BROKER_NOT_AVAILABLE: final(8, "The broker is not available."),
  REPLICA_NOT_AVAILABLE: retriable(9, "The replica is not available on this broker."),
  MESSAGE_TOO_LARGE: final(10, "The records are larger than the topic allows."),
  STALE_CONTROLLER_EPOCH: final(11, "A newer controller has taken over."),
  OFFSET_METADATA_TOO_LARGE: final(12, "The metadata of an offset commit are too large."),
  NETWORK_EXCEPTION: retriable(13, "The connection was lost before an answer came."),
  COORDINATOR_LOAD_IN_PROGRESS: retriable(14, "The coordinator is still loading its state."),
  COORDINATOR_NOT_AVAILABLE: retriable(15, "The coordinator is not available."),
  NOT_COORDINATOR: retriable(16, "This broker is not the coordinator."),
  INVALID_TOPIC_EXCEPTION: final(17, "The topic's name is not valid, or the topic must not be written to."),
  RECORD_LIST_TOO_LARGE: final(18, "The batch is larger than a segment of the log."),
  NOT_ENOUGH_REPLICAS: retriable(19, "Fewer replicas are in sync than the topic asks for."),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retriable(
    20,
    "The records were written, but to fewer replicas in sync than the topic asks for.",
  ),
  INVALID_REQUIRED_ACKS: final(21, "The acknowledgements asked for must be -1, 0 or 1."),
  ILLEGAL_GENERATION: final(22, "The group has moved on to another generation."),
  INCONSISTENT_GROUP_PROTOCOL: final(23, "The member has no protocol in common with the group."),
  INVALID_GROUP_ID: final(24, "The group id is not valid."),
  UNKNOWN_MEMBER_ID: final(25, "The group does not know this member."),
  INVALID_SESSION_TIMEOUT: final(26, "The session timeout is outside the range that the broker allows."),
  REBALANCE_IN_PROGRESS: final(27, "The group is rebalancing: join again."),
  INVALID_COMMIT_OFFSET_SIZE: final(28, "The committed offsets are too large to be stored."),
  TOPIC_AUTHORIZATION_FAILED: final(29, "The principal may not do this with the topic."),
  GROUP_AUTHORIZATION_FAILED: final(30, "The principal may not do this with the group."),
  CLUSTER_AUTHORIZATION_FAILED: final(31, "The principal may not do this with the cluster."),
  INVALID_TIMESTAMP: final(32, "A record's timestamp is outside the range that the topic allows."),
  UNSUPPORTED_SASL_MECHANISM: final(33, "The SASL mechanism is not enabled here."),
  ILLEGAL_SASL_STATE: final(34, "The request does not fit the state of authentication."),
  UNSUPPORTED_VERSION: final(35, "This version of the API is not supported."),
  TOPIC_ALREADY_EXISTS: final(36, "A topic of this name exists already."),
  INVALID_PARTITIONS: final(37, "The number of partitions is not valid."),
  INVALID_REPLICATION_FACTOR: final(
    38,
    "The replication factor is not valid, or larger than the number of brokers.",
  ),
  INVALID_REPLICA_ASSIGNMENT: final(39, "The assignment of replicas is not valid."),
  INVALID_CONFIG: final(40, "The configuration is not valid."),
  NOT_CONTROLLER: retriable(41, "This node is not the active controller."),
  INVALID_REQUEST: final(42, "The request is malformed or contradicts itself."),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: final(43, "The format of the stored records does not support this."),
  POLICY_VIOLATION: final(44, "The request violates a policy of this cluster."),
  OUT_OF_ORDER_SEQUENCE_NUMBER: final(45, "The producer's sequence has a gap."),
  DUPLICATE_SEQUENCE_NUMBER: final(46, "The producer sent a sequence number twice."),
  INVALID_PRODUCER_EPOCH: final(47, "A producer with a newer epoch has taken over."),
  INVALID_TXN_STATE: final(48, "The transaction's state does not allow this."),
  INVALID_PRODUCER_ID_MAPPING: final(49, "The producer id is not the one of this transactional id."),
  INVALID_TRANSACTION_TIMEOUT: final(50, "The transaction timeout is larger than the broker allows."),
  CONCURRENT_TRANSACTIONS: retriable(51, "Another operation on this transaction is not finished yet."),
  TRANSACTION_COORDINATOR_FENCED: final(52, "A newer transaction coordinator has taken over."),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: final(53, "The principal may not use the transactional id."),
  SECURITY_DISABLED: final(54, "No authorizer is configured."),
  OPERATION_NOT_ATTEMPTED: final(55, "Not attempted, because another part of the request failed."),
  KAFKA_STORAGE_ERROR: retriable(56, "The disk failed while the log was being used."),
  LOG_DIR_NOT_FOUND: final(57, "The log directory is not one of this broker's."),
  SASL_AUTHENTICATION_FAILED: final(58, "Authentication failed."),
  UNKNOWN_PRODUCER_ID: final(59, "The broker does not know the producer id."),
  REASSIGNMENT_IN_PROGRESS: final(60, "The partition is being reassigned."),
  DELEGATION_TOKEN_AUTH_DISABLED: final(61, "Delegation tokens are not enabled."),
  DELEGATION_TOKEN_NOT_FOUND: final(62, "There is no such delegation token."),
  DELEGATION_TOKEN_OWNER_MISMATCH: final(
    63,
    "The principal is neither owner nor renewer of the delegation token.",
  ),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: final(
    64,
    "Delegation tokens cannot be asked for over this kind of connection.",
  ),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: final(
    65,
    "The principal may not do this with the delegation token.",
  ),
  DELEGATION_TOKEN_EXPIRED: final(66, "The delegation token has expired."),
  INVALID_PRINCIPAL_TYPE: final(67, "This type of principal is not supported."),
  NON_EMPTY_GROUP: final(68, "The group still has members."),
  GROUP_ID_NOT_FOUND: final(69, "There is no group with this id."),
  FETCH_SESSION_ID_NOT_FOUND: retriable(70, "The broker does not know the fetch session."),
  INVALID_FETCH_SESSION_EPOCH: retriable(71, "The epoch is not the next one of the fetch session."),
  LISTENER_NOT_FOUND: retriable(72, "The leader has no listener of this name."),
  TOPIC_DELETION_DISABLED: final(73, "Topics cannot be deleted on this cluster."),
  FENCED_LEADER_EPOCH: retriable(74, "The leader epoch of the request is older than the broker's."),
  UNKNOWN_LEADER_EPOCH: retriable(75, "The leader epoch of the request is newer than the broker's."),
  UNSUPPORTED_COMPRESSION_TYPE: final(76, "This version of the API does not allow the compression."),
  STALE_BROKER_EPOCH: final(77, "The broker has registered anew since."),
  OFFSET_NOT_AVAILABLE: retriable(78, "A new leader cannot tell its high watermark yet."),
  MEMBER_ID_REQUIRED: final(79, "Join again with the member id of this answer."),
  PREFERRED_LEADER_NOT_AVAILABLE: retriable(80, "The preferred leader is not available."),
  GROUP_MAX_SIZE_REACHED: final(81, "The group has as many members as it may have."),
  FENCED_INSTANCE_ID: final(82, "Another member with the same instance id has taken over."),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: retriable(83, "No replica that may lead is available."),
  ELECTION_NOT_NEEDED: retriable(84, "The partition's leader is already the right one."),
  NO_REASSIGNMENT_IN_PROGRESS: final(85, "The partition is not being reassigned."),
  GROUP_SUBSCRIBED_TO_TOPIC: final(86, "The group is subscribed to the topic, so its offsets must stay."),
  INVALID_RECORD: final(87, "A record is not valid for this topic."),
  UNSTABLE_OFFSET_COMMIT: retriable(88, "The offset is part of a transaction that is still open."),
  THROTTLING_QUOTA_EXCEEDED: retriable(89, "The quota is used up: try again later."),
  PRODUCER_FENCED: final(90, "Another producer with the same transactional id has taken over."),
  RESOURCE_NOT_FOUND: final(91, "The resource does not exist."),
  DUPLICATE_RESOURCE: final(92, "The resource is named twice."),
  UNACCEPTABLE_CREDENTIAL: final(93, "The credential does not meet the requirements."),
  INCONSISTENT_VOTER_SET: final(94, "The sender or receiver is not in the set of voters."),
  INVALID_UPDATE_VERSION: final(95, "The version of the update is not valid."),
  FEATURE_UPDATE_FAILED: final(96, "The features could not be updated."),
  PRINCIPAL_DESERIALIZATION_FAILURE: final(97, "The forwarded principal could not be read."),
  SNAPSHOT_NOT_FOUND: final(98, "There is no snapshot with this id."),
  POSITION_OUT_OF_RANGE: final(99, "The position lies outside the snapshot."),
  UNKNOWN_TOPIC_ID: retriable(100, "This server does not know the topic id."),
  DUPLICATE_BROKER_REGISTRATION: final(101, "Another broker with this id is registered and alive."),
  BROKER_ID_NOT_REGISTERED: final(102, "No broker with this id is registered."),
  INCONSISTENT_TOPIC_ID: retriable(103, "The topic id is not the one of the log."),
  INCONSISTENT_CLUSTER_ID: final(104, "The cluster id is that of another cluster."),
  TRANSACTIONAL_ID_NOT_FOUND: final(105, "The coordinator does not know the transactional id."),
  FETCH_SESSION_TOPIC_ID_ERROR: retriable(106, "The fetch session mixes topic names and topic ids."),
  INELIGIBLE_REPLICA: final(107, "A replica of the new set may not join it."),
  NEW_LEADER_ELECTED: final(108, "The change made another replica the leader."),
  OFFSET_MOVED_TO_TIERED_STORAGE: final(109, "The offset is held in tiered storage only."),
  FENCED_MEMBER_EPOCH: final(110, "The member's epoch is not the coordinator's: join again."),
  UNRELEASED_INSTANCE_ID: final(111, "The instance id still belongs to another member."),
  UNSUPPORTED_ASSIGNOR: final(112, "The broker does not have the assignor."),
  STALE_MEMBER_EPOCH: final(113, "The member's epoch is old: try again with the newer one."),
  MISMATCHED_ENDPOINT_TYPE: final(114, "The request was sent to an endpoint of the wrong type."),
  UNSUPPORTED_ENDPOINT_TYPE: final(115, "The type of endpoint is not known."),
  UNKNOWN_CONTROLLER_ID: final(116, "There is no controller with this id."),
  UNKNOWN_SUBSCRIPTION_ID: final(117, "The telemetry subscription has changed: ask for it again."),
  TELEMETRY_TOO_LARGE: final(118, "The telemetry is larger than the broker allows."),
  INVALID_REGISTRATION: final(119, "The controller found the registration to be invalid."),
  TRANSACTION_ABORTABLE: final(120, "The transaction must be aborted; the producer may go on afterwards."),
  INVALID_RECORD_STATE: final(121, "The delivery state of the record does not allow this."),
  SHARE_SESSION_NOT_FOUND: retriable(122, "The broker does not know the share session."),
  INVALID_SHARE_SESSION_EPOCH: retriable(123, "The epoch is not the next one of the share session."),
  FENCED_STATE_EPOCH: final(124, "The state epoch is older than the share coordinator's."),
  INVALID_VOTER_KEY: final(125, "The voter key is not the receiver's."),
  DUPLICATE_VOTER: final(126, "The voter is in the set already."),
  VOTER_NOT_FOUND: final(127, "The voter is not in the set."),
  INVALID_REGULAR_EXPRESSION: final(128, "The regular expression is not valid."),
  REBOOTSTRAP_REQUIRED: final(
    129,
    "The client's metadata are out of date: start over from the bootstrap servers.",
  ),
  STREAMS_INVALID_TOPOLOGY: final(130, "The topology is not valid."),
  STREAMS_INVALID_TOPOLOGY_EPOCH: final(131, "The topology epoch is not valid."),
  STREAMS_TOPOLOGY_FENCED: final(132, "The topology epoch is older than the group's."),
  SHARE_SESSION_LIMIT_REACHED: retriable(133, "The broker has as many share sessions as it may have."),
  GROUP_DELETION_FAILED: final(134, "The group could not be deleted."), // Since 4.4.
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: final(
    135,
    "The description of the topology could not be stored.",
  ), // Since 4.4.
  CONTROLLER_ID_NOT_REGISTERED: final(136, "No controller with this id is registered."), // Since 4.4.
} satisfies Record<string, ErrorEntry>;

export type ErrorName = keyof typeof table;

const names = Object.keys(table) as ErrorName[];
const nameByCode = new Map<number, ErrorName>(names.map((name) => [table[name].code, name]));

/** Every error there is, by rising code. */
export const errorNames: readonly ErrorName[] = names;

export function errorCode(name: ErrorName): number {
  return table[name].code;
}

/** A code that the table lacks counts as UNKNOWN_SERVER_ERROR, as in Kafka's clients. */
export function errorName(code: number): ErrorName {
  return nameByCode.get(code) ?? "UNKNOWN_SERVER_ERROR";
}

/** Whether trying the same again may help. */
export function isRetriable(name: ErrorName): boolean {
  return table[name].retriable;
}

/** What the error means, in a sentence for people. */
export function errorText(name: ErrorName): string {
  return table[name].text;
}
