import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import { Fetch } from "../../wire/kafka/messages/01-fetch.ts";
import type { ResponseOf } from "../../wire/kafka/schema.ts";
import { asError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { AnyPartition } from "./consumed-partition.ts";
import { FetchSession, type FetchTarget } from "./fetch-session.ts";
import { FetchedBlock } from "./fetched-block.ts";
import type { PartitionLeaders } from "./partition-leaders.ts";
import { backoffMs, mayRetry } from "../network/retry.ts";

export interface FetcherOptions {
  /** Milliseconds that a broker may hold a request until `fetchMinBytes` are there. */
  readonly fetchMaxWaitMs: number;
  /** Bytes that make a broker answer at once. */
  readonly fetchMinBytes: number;
  /** Bytes that one response may hold; a single larger batch still comes. */
  readonly fetchMaxBytes: number;
  /** Bytes of one partition in one response; no more of it is fetched while as much is waiting to be consumed. */
  readonly maxPartitionFetchBytes: number;
  /** Bytes of all partitions that may wait to be consumed, those of paused ones not counted. */
  readonly maxBufferedBytes: number;
  /** Whether records of open and aborted transactions are left out: "read_committed". */
  readonly isolationLevel: "read_uncommitted" | "read_committed";
  /** Whether each batch's checksum is checked. */
  readonly checkCrcs: boolean;
  /** Where this consumer is: brokers may send it to a follower in the same rack (KIP-392). Empty for nowhere. */
  readonly clientRack: string;
}

export interface FetchCounts {
  /** Requests for records. */
  fetches: number;
  /** Requests without an answer, and answers with an error, also for one partition. */
  fetchErrors: number;
  /** Bytes of records, before they are decompressed. */
  bytesReceived: number;
}

/** What the fetcher tells whoever waits for it. */
export interface FetchListener {
  /** A partition has something to take: records, or a failure. */
  onReady(partition: AnyPartition): void;
  /** A partition's position must be looked up or checked before more is fetched. */
  onUnsettled(): void;
  /** No retry mends it. */
  onFailure(error: Error): void;
}

type PartitionAnswer = ResponseOf<typeof Fetch>["responses"][number]["partitions"][number];

/** Versions above name topics by id alone. */
const BY_NAME_VERSION_MAX = 12;
/**
 * While a partition cannot be asked for yet, mostly because enough of it waits to be consumed, requests for idle ones are
 * kept this short and this far apart: a long one would keep it waiting when its turn comes.
 */
const HELD_BACK_MS = 50;

interface Node {
  readonly nodeId: number;
  readonly session: FetchSession;
  requests: number;
  isAsked: boolean;
  failures: number; // In a row.
  retryAtMs: number;
}

interface Plan {
  readonly partitions: AnyPartition[];
  isHot: boolean; // Whether one of them probably has records to send.
  isHeldBack: boolean; // Whether another partition of this broker has enough to consume.
}

interface Asked {
  readonly partition: AnyPartition;
  readonly target: FetchTarget;
  readonly seeks: number;
}

/**
 * Reads partitions from their leaders, with at most one request out per broker and the next one on its way while the
 * records of the last are consumed. A partition of which enough is waiting is not asked for.
 */
export class Fetcher {
  private readonly client: ClusterClient;
  private readonly options: FetcherOptions;
  private readonly leaders: PartitionLeaders;
  private readonly listener: FetchListener;
  private readonly lane: string;
  private readonly partitions: ReadonlyMap<string, AnyPartition>;
  private readonly nodes = new Map<number, Node>();
  private timer: { readonly dueMs: number; cancel(): void } | null = null;
  private idleSinceMs = -Infinity; // When the last held-back request of idle partitions was put off.
  private isStopped = false;
  readonly counts: FetchCounts;

  constructor(
    client: ClusterClient,
    wiring: {
      readonly options: FetcherOptions;
      readonly leaders: PartitionLeaders;
      readonly listener: FetchListener;
      readonly lane: string;
      readonly counts: FetchCounts;
      /** Those to read, by name; the owner adds, removes and moves them, and wakes the fetcher. */
      readonly partitions: ReadonlyMap<string, AnyPartition>;
    },
  ) {
    this.client = client;
    this.options = wiring.options;
    this.leaders = wiring.leaders;
    this.listener = wiring.listener;
    this.lane = wiring.lane;
    this.counts = wiring.counts;
    this.partitions = wiring.partitions;
  }

  /** Asks every broker that is not being asked for what is wanted of it now. */
  wake(): void {
    if (this.isStopped) return;
    const nowMs = this.client.env.clock.monotonic();
    for (const [nodeId, plan] of this.plans(nowMs)) {
      const node = this.nodeOf(nodeId);
      if (node.isAsked || plan.partitions.length === 0) continue;
      if (node.retryAtMs > nowMs) this.wakeAt(node.retryAtMs);
      else if (plan.isHeldBack && !plan.isHot && !this.hasWaited(nowMs)) continue;
      else void this.ask(node, plan);
    }
  }

  /** As `wake`, when records have been taken and nothing else has changed: mostly every broker is being asked already. */
  refill(): void {
    for (const { isAsked } of this.nodes.values()) {
      if (isAsked) continue;
      this.wake();
      return;
    }
  }

  /** Puts requests for idle partitions off while a busy one is held back. */
  private hasWaited(nowMs: number): boolean {
    if (this.idleSinceMs === -Infinity) {
      this.idleSinceMs = nowMs;
      this.wakeAt(nowMs + HELD_BACK_MS);
      return false;
    }
    if (nowMs < this.idleSinceMs + HELD_BACK_MS) return false;
    this.idleSinceMs = -Infinity;
    return true;
  }

  private nodeOf(nodeId: number): Node {
    let node = this.nodes.get(nodeId);
    if (node === undefined) {
      node = { nodeId, session: new FetchSession(), requests: 0, isAsked: false, failures: 0, retryAtMs: 0 };
      this.nodes.set(nodeId, node);
    }
    return node;
  }

  private plans(nowMs: number): Map<number, Plan> {
    const plans = new Map<number, Plan>();
    let roomBytes = this.options.maxBufferedBytes;
    let hasUnsettled = false;
    for (const partition of this.partitions.values()) {
      if (!partition.isPaused) roomBytes -= partition.bufferedBytes;
    }
    for (const partition of this.partitions.values()) {
      if (partition.isPaused || partition.isLeaving || partition.failure !== null) continue;
      const nodeId = this.sourceOf(partition, nowMs);
      if (nodeId === null) {
        hasUnsettled = true;
        continue;
      }
      let plan = plans.get(nodeId);
      if (plan === undefined) plans.set(nodeId, (plan = { partitions: [], isHot: false, isHeldBack: false }));
      const isFull = partition.bufferedBytes >= this.options.maxPartitionFetchBytes || roomBytes <= 0;
      if (isFull) {
        plan.isHeldBack = true;
        continue;
      }
      plan.isHot ||= partition.isHot;
      plan.partitions.push(partition);
    }
    // Who leads it is not sure: wherever it comes to, it must not have to wait for a long request.
    if (hasUnsettled) for (const plan of plans.values()) plan.isHeldBack = true;
    return plans;
  }

  /** The broker to read the partition from, or null while that or the position is not known, or it failed just now. */
  private sourceOf(partition: AnyPartition, nowMs: number): number | null {
    if (partition.retryAtMs > nowMs) {
      this.wakeAt(partition.retryAtMs);
      return null;
    }
    if (partition.phase !== "fetch") {
      this.listener.onUnsettled();
      return null;
    }
    const leader = this.leaders.of(partition);
    if (leader === null) return null;
    // A place without an epoch, such as one that was sought, cannot be checked (KIP-320).
    if (partition.fetch.leaderEpoch < 0) partition.checkedEpoch = leader.leaderEpoch;
    if (leader.leaderEpoch > partition.checkedEpoch) {
      partition.phase = "validate";
      this.listener.onUnsettled();
      return null;
    }
    const { replica } = partition;
    return replica.nodeId >= 0 && replica.untilMs > nowMs ? replica.nodeId : leader.leaderId;
  }

  private wakeAt(dueMs: number): void {
    if (this.timer !== null && this.timer.dueMs <= dueMs) return;
    this.timer?.cancel();
    const { clock } = this.client.env;
    const timer = clock.schedule(Math.max(0, dueMs - clock.monotonic()), () => {
      this.timer = null;
      this.wake();
    });
    this.timer = { dueMs, cancel: () => timer.cancel() };
  }

  private async ask(node: Node, plan: Plan): Promise<void> {
    node.isAsked = true;
    // A response that is full leaves the last ones out, so each is first in turn; with a session the broker sees to that.
    const first = node.requests % plan.partitions.length;
    const inTurn = [...plan.partitions.slice(first), ...plan.partitions.slice(0, first)];
    const asked = inTurn.map((partition) => this.targetOf(partition));
    node.requests += 1;
    this.counts.fetches += 1;
    try {
      const response = await this.send(node, asked, plan.isHeldBack);
      if (this.isStopped) return;
      this.take(node, response, asked);
    } catch (error) {
      if (this.isStopped) return;
      this.fail(node, asError(error), plan.partitions);
    } finally {
      node.isAsked = false;
    }
    this.wake();
  }

  private targetOf(partition: AnyPartition): Asked {
    const leader = this.leaders.of(partition)!;
    const target = {
      topic: partition.topic,
      partition: partition.partition,
      topicId: leader.topicId,
      fetchOffset: partition.fetch.offset,
      currentLeaderEpoch: leader.leaderEpoch,
      partitionMaxBytes: this.options.maxPartitionFetchBytes,
    };
    return { partition, target, seeks: partition.seeks };
  }

  private async send(
    node: Node,
    asked: readonly Asked[],
    isHeldBack: boolean,
  ): Promise<ResponseOf<typeof Fetch>> {
    const { options } = this;
    const targets = asked.map(({ target }) => target);
    const maxWaitMs = isHeldBack ? Math.min(options.fetchMaxWaitMs, HELD_BACK_MS) : options.fetchMaxWaitMs;
    const body = {
      maxWaitMs,
      minBytes: options.fetchMinBytes,
      maxBytes: options.fetchMaxBytes,
      isolationLevel: options.isolationLevel === "read_committed" ? 1 : 0,
      ...node.session.next(targets),
      rackId: options.clientRack,
    };
    // A broker before 2.8 gives topics no ids.
    const hasIds = targets.every(({ topicId }) => topicId !== ZERO_UUID);
    const route = { to: "node", nodeId: node.nodeId } as const;
    return await this.client.requestOnce(route, Fetch, body, {
      heldMs: maxWaitMs,
      lane: this.lane,
      ...(hasIds ? {} : { versionMax: BY_NAME_VERSION_MAX }),
    });
  }

  private take(node: Node, response: ResponseOf<typeof Fetch>, asked: readonly Asked[]): void {
    const code = errorName(response.errorCode);
    if (code !== "NONE") {
      if (node.session.refuse(code)) return;
      throw new KafkaError(`fetch from broker ${node.nodeId}`, code);
    }
    node.session.accept(response.sessionId);
    node.failures = 0;
    if (response.throttleTimeMs > 0) {
      node.retryAtMs = this.client.env.clock.monotonic() + response.throttleTimeMs; // KIP-219: it is ours to wait.
    }
    const answers = new Map<string, PartitionAnswer>();
    for (const { topic, topicId, partitions } of response.responses) {
      const topicKey = topic === "" || topic === undefined ? topicId : topic;
      for (const answer of partitions) answers.set(`${topicKey}/${answer.partitionIndex}`, answer);
    }
    for (const each of asked) {
      const { target, partition } = each;
      const answer =
        answers.get(`${target.topic}/${target.partition}`) ??
        answers.get(`${target.topicId}/${target.partition}`);
      if (answer === undefined) {
        partition.isHot = false; // Sessions leave out what has nothing new.
        continue;
      }
      // It has been moved or given up since: the answer is to an old question.
      if (partition.seeks !== each.seeks || this.partitions.get(partition.name) !== partition) continue;
      this.takePartition(node, partition, answer);
    }
  }

  private takePartition(node: Node, partition: AnyPartition, answer: PartitionAnswer): void {
    if (answer.errorCode !== 0) {
      this.refuse(node, partition, errorName(answer.errorCode));
      return;
    }
    const { clock } = this.client.env;
    partition.highWatermark = answer.highWatermark;
    if (answer.preferredReadReplica >= 0) {
      const untilMs = clock.monotonic() + this.client.options.metadataMaxAgeMs;
      partition.replica = { nodeId: answer.preferredReadReplica, untilMs };
    }
    const records = answer.records;
    partition.isHot = records !== null && records.length > 0;
    if (records === null || records.length === 0) return;
    this.counts.bytesReceived += records.length;
    const isFiltered = this.options.isolationLevel === "read_committed";
    const aborted = isFiltered ? (answer.abortedTransactions ?? []) : null;
    const options = { aborted, checksCrcs: this.options.checkCrcs };
    try {
      partition.add(new FetchedBlock(records, partition.fetch.offset, options));
    } catch (error) {
      partition.failure = asError(error); // Bytes that are no batches: told when what came before has been read.
    }
    this.listener.onReady(partition);
  }

  /** One partition's error keeps no other from being taken. */
  private refuse(node: Node, partition: AnyPartition, code: ReturnType<typeof errorName>): void {
    this.counts.fetchErrors += 1;
    partition.isHot = false;
    const isFollower = partition.replica.nodeId === node.nodeId;
    partition.replica = { nodeId: -1, untilMs: 0 };
    if (code === "OFFSET_OUT_OF_RANGE") {
      // A follower may be behind; only the leader knows what is in range.
      if (isFollower) return;
      partition.phase = "reset";
      this.listener.onUnsettled();
      return;
    }
    const error = new KafkaError(`fetch ${partition.name} from offset ${partition.fetch.offset}`, code);
    if (code !== "UNKNOWN_SERVER_ERROR" && (code === "CORRUPT_MESSAGE" || !mayRetry(error))) {
      partition.failure = error;
      this.listener.onReady(partition);
      return;
    }
    this.client.forgetTopic(partition.topic);
    partition.retryAtMs = this.client.env.clock.monotonic() + this.client.options.retryBackoffMs;
  }

  private fail(node: Node, error: Error, partitions: readonly AnyPartition[]): void {
    this.counts.fetchErrors += 1;
    node.session.restart();
    if (!mayRetry(error)) {
      this.listener.onFailure(error);
      return;
    }
    node.failures += 1;
    const { clock, random } = this.client.env;
    node.retryAtMs = clock.monotonic() + backoffMs(this.client.retryPolicy, node.failures, random);
    for (const { topic } of partitions) this.client.forgetTopic(topic);
  }

  /** Nothing more is asked for; what is still on its way is dropped. */
  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.timer = null;
    this.client.closeLane(this.lane);
  }
}
