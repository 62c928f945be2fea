import { assignors, type AssignorName } from "./assignors.ts";
import { ClientError } from "../client-error.ts";
import type { FetcherOptions } from "./fetcher.ts";
import type { Deserializer } from "../serializers.ts";
import type { TopicPartition } from "../topic-partition.ts";

/**
 * - `assigned`: the member reads these now too.
 * - `revoked`: they go to another member; what was worked through is committed, or may be by the listener.
 * - `lost`: the group has gone on without this member, and others may be reading them already.
 */
export interface RebalanceEvent {
  readonly kind: "assigned" | "revoked" | "lost";
  readonly partitions: readonly TopicPartition[];
}

/** Kafka's settings in camel case, with their unit. Times are in milliseconds; defaults are Kafka's unless said. */
export interface ConsumerOptions<K = Buffer, V = Buffer> extends Partial<FetcherOptions> {
  /** Needed to subscribe and to commit. */
  readonly groupId?: string;
  /** Makes a static member of the group (KIP-345): it has `sessionTimeoutMs` to come back before it loses its partitions. */
  readonly groupInstanceId?: string;
  /** Topics to subscribe to, by name or by an expression for the whole name; `subscribe` does the same later. */
  readonly topics?: string | RegExp | readonly (string | RegExp)[];
  /**
   * Where to begin in a partition of which the group has committed nothing. By default "earliest", unlike Kafka: with
   * "latest" a consumer that fails before its first commit never sees the records that were on their way.
   */
  readonly autoOffsetReset?: "earliest" | "latest" | "none";
  /** Whether offsets of records that have been worked through are committed by the consumer itself; true by default. */
  readonly autoCommit?: boolean;
  /** How often; 5,000 by default. What has been worked through is also committed when partitions are given up. */
  readonly autoCommitIntervalMs?: number;
  /** Without a heartbeat for so long the group gives the member up; 45,000 by default. */
  readonly sessionTimeoutMs?: number;
  /** How often the member tells the group that it is alive; 3,000 by default. */
  readonly heartbeatIntervalMs?: number;
  /** A record, or batch, that is worked on for longer costs the member its partitions; 300,000 by default. */
  readonly maxPollIntervalMs?: number;
  /** How many records `poll` and `batches` hand over at once; 500 by default. */
  readonly maxPollRecords?: number;
  /** In the order of preference. By default "cooperative-sticky" alone, which members with Kafka's defaults know too. */
  readonly partitionAssignors?: readonly AssignorName[];
  /** Whether a subscribed topic that does not exist is made, where the broker allows it; true by default. */
  readonly allowAutoCreateTopics?: boolean;
  /** Without one, keys come as buffers; so do values. */
  readonly keyDeserializer?: Deserializer<K>;
  /** Makes values of bytes; null is a tombstone and stays null. */
  readonly valueDeserializer?: Deserializer<V>;
  /** Ends the iteration once the record at hand has been worked through; its offset is committed. */
  readonly signal?: AbortSignal;
  /** Called, and awaited, before partitions are given up and after they were given or lost. */
  readonly onRebalance?: (event: RebalanceEvent) => void | Promise<void>;
}

/** Those options that have a default, set. */
export type ConsumerSettings = FetcherOptions &
  Required<
    Pick<
      ConsumerOptions,
      | "autoOffsetReset"
      | "autoCommit"
      | "autoCommitIntervalMs"
      | "sessionTimeoutMs"
      | "heartbeatIntervalMs"
      | "maxPollIntervalMs"
      | "maxPollRecords"
      | "partitionAssignors"
      | "allowAutoCreateTopics"
      | "onRebalance"
    >
  > & { readonly groupId: string | null; readonly groupInstanceId: string | null };

export const CONSUMER_DEFAULTS: ConsumerSettings = {
  groupId: null,
  groupInstanceId: null,
  autoOffsetReset: "earliest",
  autoCommit: true,
  autoCommitIntervalMs: 5_000,
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 3_000,
  maxPollIntervalMs: 300_000,
  maxPollRecords: 500,
  partitionAssignors: ["cooperative-sticky"],
  allowAutoCreateTopics: true,
  fetchMaxWaitMs: 500,
  fetchMinBytes: 1,
  fetchMaxBytes: 50 * 1024 * 1024,
  maxPartitionFetchBytes: 1024 * 1024,
  maxBufferedBytes: 64 * 1024 * 1024,
  isolationLevel: "read_uncommitted",
  checkCrcs: true,
  clientRack: "",
  onRebalance: () => {},
};

/** @throws ClientError `invalid` naming the option, its value and what it may be. */
export function consumerSettings<K, V>(options: ConsumerOptions<K, V>): ConsumerSettings {
  const given = Object.entries(options).filter(
    ([name, value]) => name in CONSUMER_DEFAULTS && value !== undefined,
  );
  const settings: ConsumerSettings = { ...CONSUMER_DEFAULTS, ...Object.fromEntries(given) };
  for (const name of positive) {
    const value = settings[name];
    if (!(value > 0)) throw new ClientError("invalid", `${name} is ${value}; it must be above 0`);
  }
  oneOf("autoOffsetReset", settings.autoOffsetReset, ["earliest", "latest", "none"]);
  oneOf("isolationLevel", settings.isolationLevel, ["read_uncommitted", "read_committed"]);
  for (const name of settings.partitionAssignors) oneOf("partitionAssignors", name, Object.keys(assignors));
  if (settings.partitionAssignors.length === 0) {
    throw new ClientError("invalid", "partitionAssignors is empty; name at least one");
  }
  if (settings.groupId === "")
    throw new ClientError("invalid", `groupId is ""; leave it out to read without a group`);
  if (settings.heartbeatIntervalMs >= settings.sessionTimeoutMs) {
    const message = `heartbeatIntervalMs (${settings.heartbeatIntervalMs}) must be below sessionTimeoutMs`;
    throw new ClientError("invalid", `${message} (${settings.sessionTimeoutMs}), best a third of it`);
  }
  return settings;
}

const positive = [
  "autoCommitIntervalMs",
  "sessionTimeoutMs",
  "heartbeatIntervalMs",
  "maxPollIntervalMs",
  "maxPollRecords",
  "fetchMinBytes",
  "fetchMaxBytes",
  "maxPartitionFetchBytes",
  "maxBufferedBytes",
] as const;

function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new ClientError("invalid", `${name} is "${value}"; it may be ${allowed.join(", ")}`);
}
