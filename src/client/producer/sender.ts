import { Produce } from "../../wire/kafka/messages/00-produce.ts";
import type { Accumulator, Candidate } from "./accumulator.ts";
import { asError, ClientError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import { publish, type BatchEvent } from "../diagnostics.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import { produceOutcomes, produceRequest } from "./produce-request.ts";
import type { BatchOutcome, FreedReason, ProducerBatch } from "./producer-batch.ts";
import { IdentitySource } from "./producer-identity.ts";
import type { ProducerMetrics } from "./producer-metrics.ts";
import type { ProducerSettings } from "./producer-options.ts";
import type { ProducerTopics } from "./producer-topics.ts";
import { backoffMs, mayRetry } from "../network/retry.ts";

/** Answers after which the batch may be in the log all the same. */
const MAY_BE_STORED: ReadonlySet<string> = new Set([
  "UNKNOWN_SERVER_ERROR",
  "REQUEST_TIMED_OUT",
  "NETWORK_EXCEPTION",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "KAFKA_STORAGE_ERROR",
]);

export interface SenderParts {
  readonly client: ClusterClient;
  readonly settings: ProducerSettings;
  readonly accumulator: Accumulator;
  readonly topics: ProducerTopics;
  readonly metrics: ProducerMetrics;
  /** Something ended: memory may be free, and `pump` has reason to run. */
  onMoved(): void;
}

/** One request: the batches of one node. */
interface Parcel {
  readonly nodeId: number;
  readonly candidates: Candidate[];
  sizeBytes: number;
}

/**
 * Moves batches: out of the buffer into requests when their time has come, and out of memory when their acks are
 * satisfied. What a broker refuses for now goes back to its place in the buffer.
 */
export class Sender {
  private readonly parts: SenderParts;
  private readonly identity: IdentitySource;
  private readonly inFlight = new Map<number, number>(); // Requests that wait for an answer, by node.
  private isEnded = false;

  constructor(parts: SenderParts) {
    this.parts = parts;
    this.identity = new IdentitySource(parts.client, {
      onIdentity: () => {
        parts.metrics.identities += 1;
        parts.onMoved();
      },
      onDelayed: () => parts.onMoved(),
      onRefused: (error) => {
        this.failWaiting(error);
        parts.onMoved();
      },
    });
  }

  /** Sends all that may leave now. Returns when there may be more to do, in monotonic ms; `Infinity` for never. */
  pump(nowMs: number, isHurried: boolean): number {
    const { accumulator, topics } = this.parts;
    for (const { queue, batch } of accumulator.expired(nowMs)) this.giveUp(queue, batch);
    for (const queue of accumulator.queues) topics.refresh(topics.get(queue.target.topic));
    for (;;) {
      const parcels = this.parcels(accumulator.ready(nowMs, isHurried));
      if (parcels.length === 0) break;
      for (const parcel of parcels) void this.deliver(parcel);
    }
    return accumulator.nextEventMs(nowMs, isHurried);
  }

  /** Takes what may go together: per node one request, up to its size, while the node may have more of them. */
  private parcels(candidates: readonly Candidate[]): Parcel[] {
    const parcels: Parcel[] = [];
    for (const candidate of candidates) {
      const { queue, batch } = candidate;
      const nodeId = this.nodeFor(queue);
      if (nodeId === null || (this.inFlight.get(nodeId) ?? 0) >= this.parts.settings.maxInFlight) continue;
      if (queue.needsIdentity(batch, this.identity.current)) {
        this.identity.ask();
        continue;
      }
      let parcel = parcels.find((each) => each.nodeId === nodeId);
      const sizeBytes = (parcel?.sizeBytes ?? 0) + batch.buffer.sizeBytes;
      if (parcel !== undefined && sizeBytes > this.parts.settings.maxRequestSizeBytes) continue;
      this.parts.accumulator.take(candidate);
      queue.take(batch, this.identity.current);
      if (parcel === undefined) {
        parcel = { nodeId, candidates: [], sizeBytes: 0 };
        parcels.push(parcel);
      }
      parcel.candidates.push(candidate);
      parcel.sizeBytes += batch.buffer.sizeBytes; // Compressed by now.
    }
    return parcels;
  }

  private nodeFor({ target }: PartitionQueue): number | null {
    const topic = this.parts.topics.get(target.topic);
    const nodeId = topic.leaderOf(target.partition);
    if (nodeId === null) void this.parts.topics.ask(topic);
    return nodeId;
  }

  private async deliver(parcel: Parcel): Promise<void> {
    const { nodeId, candidates } = parcel;
    const { metrics } = this.parts;
    this.inFlight.set(nodeId, (this.inFlight.get(nodeId) ?? 0) + 1);
    metrics.requestsSent += 1;
    metrics.batchesSent += candidates.length;
    metrics.bytesSent += parcel.sizeBytes;
    for (const { batch } of candidates) publish("batch.sent", () => this.event(batch));
    const outcomes = await this.exchange(parcel);
    this.inFlight.set(nodeId, this.inFlight.get(nodeId)! - 1);
    const endedMs = this.parts.client.env.clock.monotonic();
    candidates.forEach(({ queue, batch }, index) => {
      const outcome = outcomes instanceof Error ? outcomes : outcomes[index]!;
      if (!(outcome instanceof Error)) this.acknowledge(queue, batch, outcome);
      else this.judge({ queue, batch }, outcome, endedMs);
      this.parts.accumulator.rest(queue);
    });
    this.parts.onMoved();
  }

  /** One outcome for each batch of the request, or the reason why there is none. */
  private async exchange({ nodeId, candidates }: Parcel): Promise<(BatchOutcome | Error)[] | Error> {
    const { client, settings, topics } = this.parts;
    const batches = candidates.map(({ batch }) => batch);
    const names = batches.map(({ target }) => topics.nameOf(target.topic));
    const terms = { acks: settings.acks, timeoutMs: client.options.requestTimeoutMs };
    const route = { to: "node", nodeId } as const;
    try {
      const body = produceRequest(batches, terms, names);
      if (settings.acks === 0) {
        await client.sendOnly(route, Produce, body);
        return batches.map(() => ({ baseOffset: -1, logAppendTimeMs: -1 }));
      }
      return produceOutcomes(await client.requestOnce(route, Produce, body), batches, names);
    } catch (error) {
      return asError(error); // Judged for each of the batches.
    }
  }

  private acknowledge(queue: PartitionQueue, batch: ProducerBatch, outcome: BatchOutcome): void {
    queue.acknowledged(batch);
    if (!batch.isSettled) {
      this.parts.metrics.batchesAcknowledged += 1;
      this.parts.metrics.recordsAcknowledged += batch.recordCount;
      const durationMs = this.parts.client.env.clock.monotonic() - batch.createdMs;
      const { baseOffset } = outcome;
      publish("batch.acknowledged", () => ({ ...this.event(batch), baseOffset, durationMs }));
      batch.settle(outcome);
    }
    this.free(batch, "acknowledged");
  }

  /** A batch came back: it goes again, in two or as it is, or is over. */
  private judge({ queue, batch }: Candidate, error: Error, nowMs: number): void {
    const code = error instanceof KafkaError ? error.code : null;
    const isRefused = code !== null && !MAY_BE_STORED.has(code);
    if (!isRefused) batch.mayBeStored = true;
    batch.lastError = error;
    if (batch.isSettled || this.isEnded) return this.fail(queue, batch, error);
    if (code === "MESSAGE_TOO_LARGE" && batch.recordCount > 1 && !batch.mayBeStored) {
      return this.split(queue, batch);
    }
    if (!this.mayGoAgain(queue, batch, error)) return this.fail(queue, batch, error);
    const topic = this.parts.topics.get(batch.target.topic);
    void this.parts.topics.ask(topic);
    const { client, metrics } = this.parts;
    const waitMs = backoffMs(client.retryPolicy, batch.attempts, client.env.random);
    metrics.retries += 1;
    client.noteRetry(error, batch.attempts, waitMs);
    queue.retry(batch, nowMs + waitMs);
  }

  private mayGoAgain(queue: PartitionQueue, batch: ProducerBatch, error: Error): boolean {
    const code = error instanceof KafkaError ? error.code : null;
    if (!batch.isNumbered) return mayRetry(error);
    switch (code) {
      case "OUT_OF_ORDER_SEQUENCE_NUMBER":
      case "UNKNOWN_PRODUCER_ID":
        queue.outOfOrder(batch);
        return true;
      case "INVALID_PRODUCER_EPOCH":
      case "PRODUCER_FENCED":
        // Under other numbers it would be stored a second time, should it be stored already.
        if (batch.mayBeStored) return false;
        queue.forgetIdentity();
        return true;
      default:
        return mayRetry(error);
    }
  }

  private split(queue: PartitionQueue, batch: ProducerBatch): void {
    const parts = this.parts.accumulator.split(queue, batch);
    queue.retrySplit(batch, parts);
    this.parts.metrics.batchesSplit += 1;
    this.free(batch, "split");
    let unsettled = parts.length;
    for (const part of parts) {
      part.isWatched = true;
      part.whenSettled(() => {
        unsettled -= 1;
        if (unsettled > 0) return;
        const failure = parts.map((each) => each.failure).find((each) => each !== null) ?? null;
        if (failure !== null && !batch.isWatched) mention(failure);
        batch.settle(parts);
      });
    }
  }

  /** The batch will not be sent again, and is not on its way. */
  private fail(queue: PartitionQueue, batch: ProducerBatch, error: Error): void {
    queue.failed(batch);
    this.settleFailed(batch, error);
    this.free(batch, "failed");
  }

  private settleFailed(batch: ProducerBatch, error: Error): void {
    if (batch.isSettled) return;
    batch.recordCount = batch.buffer.recordCount;
    this.parts.metrics.batchesFailed += 1;
    this.parts.metrics.recordsFailed += batch.recordCount;
    publish("batch.failed", () => ({ ...this.event(batch), error }));
    if (!batch.isWatched) mention(error);
    batch.settle(error);
  }

  /** Its time is over. What is on its way is told to its sender now, and freed when its request has ended. */
  private giveUp(queue: PartitionQueue, batch: ProducerBatch): void {
    const { deliveryTimeoutMs } = this.parts.settings;
    const where = `${batch.target.topic}-${batch.target.partition}`;
    const message = `Records for ${where} were not acknowledged within deliveryTimeoutMs (${deliveryTimeoutMs})`;
    const error = new ClientError("timeout", message, batch.lastError ?? undefined);
    if (queue.onWire.includes(batch)) this.settleFailed(batch, error);
    else this.fail(queue, batch, error);
    this.parts.accumulator.rest(queue);
  }

  /** Gives up all that waits, for this reason. */
  private failWaiting(error: Error): void {
    for (const queue of this.parts.accumulator.queues) {
      for (const batch of queue.waiting.slice()) this.fail(queue, batch, error);
      this.parts.accumulator.rest(queue);
    }
  }

  /** Gives up everything: what waits is over, and what is on its way is told to its sender now. */
  end(error: Error): void {
    this.isEnded = true;
    this.failWaiting(error);
    for (const queue of this.parts.accumulator.queues) {
      for (const batch of queue.onWire) this.settleFailed(batch, error);
    }
  }

  private free(batch: ProducerBatch, reason: FreedReason): void {
    publish("batch.freed", () => ({ ...this.event(batch), reason }));
    this.parts.accumulator.free(batch);
  }

  private event(batch: ProducerBatch): BatchEvent {
    const { target, recordCount, attempts, buffer } = batch;
    const { clientId } = this.parts.client.options;
    return { clientId, ...target, records: recordCount, sizeBytes: buffer.sizeBytes, attempt: attempts };
  }
}

/** An error that nobody waits for must not pass in silence: it ends as an unhandled rejection, as any other would. */
function mention(error: Error): void {
  void Promise.reject(error);
}
