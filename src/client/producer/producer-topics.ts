import { ZERO_UUID } from "../../base/uuid.ts";
import { asError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { TopicInfo } from "../network/cluster-metadata.ts";
import { StickyPartitioner } from "./partitioner.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import type { TopicPartition } from "../topic-partition.ts";
import type { TopicName } from "./produce-request.ts";
import { backoffMs, delay, mayRetry } from "../network/retry.ts";

/** A topic as a producer sees it: its partitions with their queues, once the cluster has told of them. */
export class ProducerTopic {
  readonly name: string;
  readonly sticky: StickyPartitioner;
  info: TopicInfo | null = null;
  /** By number of partition. */
  queues: readonly PartitionQueue[] = [];
  /** Why the cluster's last answer was of no use; null after a good one. */
  error: Error | null = null;
  /** Settles when the cluster has told, or will not be asked again; null when it is not being asked. */
  asking: Promise<void> | null = null;
  /** Calls of `send` that wait and are for this topic: those that come later must wait behind them. */
  waiting = 0;

  constructor(name: string, sticky: StickyPartitioner) {
    this.name = name;
    this.sticky = sticky;
  }

  /** Null while the partition has none, as far as is known. */
  leaderOf(partition: number): number | null {
    const leaderId = this.info?.partitions[partition]?.leaderId ?? -1;
    return leaderId < 0 ? null : leaderId;
  }
}

export interface TopicsOwner {
  newQueue(target: TopicPartition): PartitionQueue;
  /** Whether anything waits for the topic, so that it is worth asking again. */
  isWanted(topic: ProducerTopic): boolean;
  /** The cluster told of the topic, or gave a reason not to. */
  onTold(topic: ProducerTopic): void;
}

/** The topics that a producer has sent to. Asking never holds up what can be sent with what is known. */
export class ProducerTopics {
  private readonly client: ClusterClient;
  private readonly owner: TopicsOwner;
  private readonly stickyBytes: number;
  private readonly topics = new Map<string, ProducerTopic>();
  private readonly stopping = new AbortController();

  constructor(client: ClusterClient, owner: TopicsOwner, stickyBytes: number) {
    this.client = client;
    this.owner = owner;
    this.stickyBytes = stickyBytes;
  }

  get(name: string): ProducerTopic {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = new ProducerTopic(name, new StickyPartitioner(this.client.env.random, this.stickyBytes));
      this.topics.set(name, topic);
    }
    return topic;
  }

  nameOf(name: string): TopicName {
    return { name, topicId: this.get(name).info?.topicId ?? ZERO_UUID };
  }

  /** Takes over what the client has learned meanwhile, and asks when that is too old. */
  refresh(topic: ProducerTopic): void {
    const known = this.client.knownTopic(topic.name);
    if (known === null) void this.ask(topic);
    else if (known !== topic.info) this.learn(topic, known);
  }

  /** What is known proved wrong: asks the cluster, and uses the old until it answers. */
  ask(topic: ProducerTopic): Promise<void> {
    topic.asking ??= this.askUntilTold(topic);
    return topic.asking;
  }

  private async askUntilTold(topic: ProducerTopic): Promise<void> {
    const { env, retryPolicy } = this.client;
    for (let failures = 1; ; failures += 1) {
      try {
        this.client.forgetTopic(topic.name);
        this.learn(topic, await this.client.topic(topic.name, { allowAutoTopicCreation: true }));
        break;
      } catch (error) {
        topic.error = asError(error); // Those who wait for the topic are told when their time is over.
        if (!mayRetry(error) || !this.owner.isWanted(topic)) break;
        const waiting = delay(env, backoffMs(retryPolicy, failures, env.random), [this.stopping.signal]);
        if (!(await isDone(waiting))) break;
      }
    }
    topic.asking = null;
    this.owner.onTold(topic);
  }

  /** Asks no more. */
  stop(): void {
    this.stopping.abort();
  }

  private learn(topic: ProducerTopic, info: TopicInfo): void {
    topic.error = null;
    topic.info = info;
    topic.queues = info.partitions.map(
      ({ partition }) => topic.queues[partition] ?? this.owner.newQueue({ topic: topic.name, partition }),
    );
    topic.sticky.chooseFrom(choicesOf(info));
  }
}

/** Whether the wait came to its end; false when it was stopped. */
async function isDone(waiting: Promise<void>): Promise<boolean> {
  return await waiting.then(
    () => true,
    () => false,
  );
}

/** The partitions that a record without a key may go to: those with a leader, if there are any. */
function choicesOf({ partitions }: TopicInfo): number[] {
  const led = partitions.filter(({ leaderId }) => leaderId >= 0);
  return (led.length > 0 ? led : partitions).map(({ partition }) => partition);
}
