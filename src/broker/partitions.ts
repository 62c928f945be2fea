import type { Uuid } from "../base/uuid.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { TopicTraffics } from "./counters/topic-traffic.ts";
import type { Partition } from "./partition.ts";

/** Waiting requests are looked over this often; a time-out may come this much late. */
const EXPIRY_CHECK_MS = 50;

/** The partitions that this broker hosts, by topic name and by topic id. */
export class Partitions {
  readonly traffic: TopicTraffics;
  /** Fetch requests that wait for records. */
  waitingFetches = 0;
  private readonly clock: Clock;
  private readonly byName = new Map<string, Map<number, Partition>>();
  private readonly namesById = new Map<Uuid, string>();
  private readonly waitedOn = new Set<Partition>();
  private expiryCheck: Timer | null = null;

  /** @param trafficTopicsMax How many topics have their traffic counted apart from the others. */
  constructor(clock: Clock, trafficTopicsMax: number) {
    this.clock = clock;
    this.traffic = new TopicTraffics(trafficTopicsMax);
  }

  get(topic: string, index: number): Partition | undefined {
    return this.byName.get(topic)?.get(index);
  }

  topicName(topicId: Uuid): string | undefined {
    return this.namesById.get(topicId);
  }

  *all(): Iterable<Partition> {
    for (const ofTopic of this.byName.values()) yield* ofTopic.values();
  }

  ofTopic(topic: string): Iterable<Partition> {
    return this.byName.get(topic)?.values() ?? [];
  }

  add(partition: Partition): void {
    let ofTopic = this.byName.get(partition.topic);
    if (ofTopic === undefined) {
      ofTopic = new Map();
      this.byName.set(partition.topic, ofTopic);
      this.namesById.set(partition.topicId, partition.topic);
    }
    ofTopic.set(partition.index, partition);
  }

  /** Forgets a topic; those who wait on it are answered. */
  removeTopic(topic: string): Partition[] {
    const removed = [...(this.byName.get(topic)?.values() ?? [])];
    this.byName.delete(topic);
    this.traffic.end(topic);
    for (const partition of removed) {
      this.namesById.delete(partition.topicId);
      partition.close();
    }
    return removed;
  }

  /** Lets time pass for the requests that wait on this partition, until none does. */
  expectExpiry(partition: Partition): void {
    this.waitedOn.add(partition);
    this.expiryCheck ??= this.clock.schedule(EXPIRY_CHECK_MS, () => this.expire());
  }

  private expire(): void {
    this.expiryCheck = null;
    const now = this.clock.monotonic();
    for (const partition of this.waitedOn) {
      partition.expireWaiters(now);
      if (partition.waitingCommits === 0) this.waitedOn.delete(partition);
    }
    if (this.waitedOn.size > 0) this.expiryCheck = this.clock.schedule(EXPIRY_CHECK_MS, () => this.expire());
  }

  close(): void {
    this.expiryCheck?.cancel();
    this.expiryCheck = null;
    for (const partition of this.all()) partition.close();
  }
}
