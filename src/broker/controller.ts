import { randomUuid, type Uuid } from "../base/uuid.ts";
import type { BrokerEndpoint } from "../core/cluster/broker-image.ts";
import {
  decideControlledShutdown,
  decideFence,
  decideRegistration,
  decideUnfence,
} from "../core/cluster/broker-lifecycle.ts";
import { ClusterChange } from "../core/cluster/cluster-change.ts";
import { ClusterImage } from "../core/cluster/cluster-image.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import type { Decision, DecisionContext } from "../core/cluster/decision.ts";
import { decideBootstrap, SUPPORTED_FEATURES } from "../core/cluster/features.ts";
import { imageRecords } from "../core/cluster/image-records.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
} from "../core/cluster/metadata-record.ts";
import { MetadataTransaction } from "../core/cluster/metadata-transaction.ts";
import type { VoterEndpoint } from "../core/quorum/voters.ts";
import type { Env } from "../ports/env.ts";
import { StorageError } from "./log/storage-error.ts";
import { ProducerIds } from "./producer-ids.ts";
import { TopicCreation } from "./topic-creation.ts";
import type { QuorumLog } from "./quorum/quorum-log.ts";
import { Quorum } from "./quorum/quorum.ts";

export interface ControllerOptions {
  readonly env: Env;
  readonly config: BrokerConfig;
  readonly nodeId: number;
  /** The id of the directory that holds the metadata log. */
  readonly directoryId: Uuid;
  /** `__cluster_metadata-0`. */
  readonly log: QuorumLog;
  /** Removes the metadata log's records below the offset (exclusive). */
  readonly deleteRecordsBefore: (offset: number) => Promise<void>;
  /** Where other controllers would find this one. */
  readonly endpoints: readonly VoterEndpoint[];
  /** The metadata log can't be written any more: the node can't go on. */
  readonly onFailure: (error: Error) => void;
}

export interface BrokerRegistration {
  readonly endpoints: readonly BrokerEndpoint[];
  readonly rack: string | null;
  readonly logDirs: readonly Uuid[];
  /** The epoch in the clean-shutdown marker; null when the last run did not end cleanly. */
  readonly cleanShutdownEpoch: number | null;
}

export type ClusterListener = (change: ClusterChange) => void;

/**
 * The cluster's controller. A change is decided against all that was decided before, proposed to the quorum,
 * and answered once it is committed; the same records then reach `cluster`, which everybody else reads.
 */
export class Controller {
  /** The committed metadata. */
  readonly cluster = new ClusterImage();
  /** Ids for idempotent producers. */
  readonly producerIds: ProducerIds;
  /** Topics that come into being by being used. */
  readonly topics: TopicCreation;
  private readonly options: ControllerOptions;
  private readonly decided = new ClusterImage();
  private readonly listeners: ClusterListener[] = [];
  private readonly transaction = new MetadataTransaction();
  private openQuorum: Quorum<MetadataRecord> | null = null;

  private constructor(options: ControllerOptions) {
    this.options = options;
    const { env, config, nodeId } = options;
    this.producerIds = new ProducerIds(this, nodeId);
    this.topics = new TopicCreation({ controller: this, config, log: env.log });
  }

  /** Replays the metadata log, takes over its leadership and, in a new cluster, writes the first records. */
  static async start(options: ControllerOptions): Promise<Controller> {
    const controller = new Controller(options);
    const { env, config, nodeId, directoryId, log, endpoints } = options;
    controller.openQuorum = await Quorum.open<MetadataRecord>({
      env,
      log,
      self: { id: nodeId, directoryId, endpoints },
      snapshotLogBytesMax: config.number("metadata.log.max.record.bytes.between.snapshots"),
      deleteRecordsBefore: options.deleteRecordsBefore,
      onFailure: options.onFailure,
      state: {
        encode: (record) => encodeMetadataRecord(record, controller.decided.metadataVersion),
        decode: decodeMetadataRecord,
        apply: (records) => controller.apply(records),
        snapshot: () => (controller.transaction.isOpen ? null : imageRecords(controller.cluster)),
      },
    });
    await controller.abortOpenTransaction();
    await controller.change(decideBootstrap);
    return controller;
  }

  get quorum(): Quorum<MetadataRecord> {
    return this.openQuorum!;
  }

  /** Exclusive: everything in the metadata log below is in `cluster`. */
  get committedOffset(): number {
    return this.quorum.highWatermark;
  }

  /** Called with each committed change, after `cluster` has it and before whoever asked for it is answered. */
  onChange(listener: ClusterListener): void {
    this.listeners.push(listener);
  }

  /**
   * Decides and commits.
   * @throws Error (rejects) when the metadata log can't be written; the outcome is then unknown.
   */
  async change<Response>(decide: (context: DecisionContext) => Decision<Response>): Promise<Response> {
    const { records, response } = decide(this.context());
    if (records.length === 0) {
      // The answer may rest on what others have proposed and not yet committed.
      await this.quorum.settled();
      return response;
    }
    const committed = this.quorum.propose(records);
    for (const record of records) this.decided.apply(record);
    await committed;
    return response;
  }

  /** The same for a client that waits `timeoutMs`; null when that was too short, and the outcome is open. */
  async changeWithin<Response>(
    timeoutMs: number,
    decide: (context: DecisionContext) => Decision<Response>,
  ): Promise<Response | null> {
    // Kafka does not even begin what it has no time for.
    if (timeoutMs <= 0) return null;
    return new Promise((resolve, reject) => {
      const timer = this.options.env.clock.schedule(timeoutMs, () => resolve(null));
      this.change(decide)
        .finally(() => timer.cancel())
        .then(resolve, reject);
    });
  }

  /** Registers this broker, fenced. Resolves with its epoch. */
  async registerBroker(registration: BrokerRegistration): Promise<number> {
    const { nodeId, config, env } = this.options;
    const previous = this.decided.brokers.get(nodeId);
    const isClean = previous === undefined || registration.cleanShutdownEpoch === previous.epoch;
    // Only this process can run this broker, so its last incarnation is dead, whatever the metadata says.
    await this.change((context) => decideFence(context, nodeId));
    const { brokerEpoch } = await this.change((context) =>
      decideRegistration(context, {
        brokerId: nodeId,
        incarnationId: this.newId(),
        endpoints: registration.endpoints,
        features: SUPPORTED_FEATURES,
        rack: registration.rack,
        logDirs: registration.logDirs,
        // What was acknowledged after a sync is still there, however the process ended.
        isComplete: isClean || config.boolean("millrace.fsync.before.ack"),
      }),
    );
    env.log.info("Registered with the controller", { nodeId, brokerEpoch });
    return brokerEpoch;
  }

  /** This broker is ready to lead. */
  unfenceBroker(): Promise<void> {
    return this.change((context) => decideUnfence(context, this.options.nodeId));
  }

  /** This broker is about to stop: gives up its leaderships, then is fenced. Resolves with its epoch. */
  async shutDownBroker(): Promise<number> {
    const { nodeId } = this.options;
    await this.change((context) => decideControlledShutdown(context, nodeId));
    await this.change((context) => decideFence(context, nodeId));
    return this.decided.brokers.get(nodeId)?.epoch ?? -1;
  }

  /** Leaves the metadata log so that the next start is quick. The log itself is closed by its owner. */
  close(): Promise<void> {
    return this.quorum.close();
  }

  private readonly newId = (): Uuid => randomUuid((count) => this.options.env.random.bytes(count));

  private context(): DecisionContext {
    return {
      image: this.decided,
      config: this.options.config,
      nextOffset: this.quorum.logEndOffset,
      newId: this.newId,
      below: (bound) => this.options.env.random.below(bound),
    };
  }

  /** Committed records, in order; while the log is replayed they are what was decided, too. */
  private apply(records: readonly MetadataRecord[]): void {
    const isReplay = this.openQuorum === null;
    const change = new ClusterChange();
    for (const record of this.transaction.pass(records)) {
      if (isReplay) this.decided.apply(record);
      this.cluster.apply(record, change);
    }
    if (!isReplay) for (const listener of this.listeners) this.tell(listener, change);
  }

  /** The change is true whether or not this broker can follow it; a disk that refuses must not stop the others. */
  private tell(listener: ClusterListener, change: ClusterChange): void {
    try {
      listener(change);
    } catch (error) {
      if (!(error instanceof StorageError)) this.options.onFailure(error as Error);
      this.options.env.log.error("Cannot follow a change of the metadata", { reason: String(error) });
    }
  }

  /** Another controller's large change was cut short: it never came true, and must not with our records. */
  private async abortOpenTransaction(): Promise<void> {
    if (!this.transaction.isOpen) return;
    const reason = "The controller changed";
    await this.change(() => ({
      records: [{ name: "AbortTransactionRecord", value: { reason } }],
      response: undefined,
    }));
  }
}
