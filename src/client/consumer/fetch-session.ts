import type { Uuid } from "../../base/uuid.ts";
import type { ErrorName } from "../../tables/errors.ts";
import type { Fetch } from "../../wire/kafka/messages/01-fetch.ts";
import type { RequestInput } from "../../wire/kafka/schema.ts";
import { partitionName, type TopicPartition } from "../topic-partition.ts";

/** What is wanted of one partition. */
export interface FetchTarget extends TopicPartition {
  readonly topicId: Uuid;
  readonly fetchOffset: number;
  /** The leader's epoch as we know it; a broker that knows another refuses. -1 for no check. */
  readonly currentLeaderEpoch: number;
  readonly partitionMaxBytes: number;
}

/** The part of a Fetch request that a session decides. */
type SessionFields = Pick<RequestInput<typeof Fetch>, "topics"> &
  Record<"sessionId" | "sessionEpoch", number> & {
    forgottenTopicsData: NonNullable<RequestInput<typeof Fetch>["forgottenTopicsData"]>;
  };

const FULL = 0;
const EPOCH_MAX = 0x7fffffff;

/** The session itself is gone, or not what we think: the next request starts a new one. */
const SESSION_ERRORS: ReadonlySet<ErrorName> = new Set([
  "FETCH_SESSION_ID_NOT_FOUND",
  "INVALID_FETCH_SESSION_EPOCH",
  "FETCH_SESSION_TOPIC_ID_ERROR",
]);

/**
 * The client's side of a fetch session with one broker (KIP-227): after a first full request only what has changed is
 * sent. A broker that keeps no session answers with id 0, and every request stays full.
 */
export class FetchSession {
  private sessionId = 0;
  private epoch = FULL;
  private readonly known = new Map<string, FetchTarget>(); // What the broker has been told, by partition.

  /** The fields of the next request, which wants exactly `targets`. */
  next(targets: readonly FetchTarget[]): SessionFields {
    const isFull = this.epoch === FULL;
    const wanted = new Set<string>();
    const changed: FetchTarget[] = [];
    const forgotten: FetchTarget[] = [];
    for (const target of targets) {
      const name = partitionName(target);
      wanted.add(name);
      const told = this.known.get(name);
      // A topic that was made anew under its name has another id.
      if (!isFull && told !== undefined && told.topicId !== target.topicId) forgotten.push(told);
      if (isFull || told === undefined || !isSame(told, target)) changed.push(target);
      this.known.set(name, target);
    }
    for (const [name, target] of this.known) {
      if (wanted.has(name)) continue;
      this.known.delete(name);
      if (!isFull) forgotten.push(target);
    }
    return {
      sessionId: this.sessionId,
      sessionEpoch: this.epoch,
      topics: groupByTopic(changed).map(({ topic, topicId, list }) => ({
        topic,
        topicId,
        partitions: list.map(({ partition, fetchOffset, currentLeaderEpoch, partitionMaxBytes }) => ({
          partition,
          fetchOffset,
          currentLeaderEpoch,
          partitionMaxBytes,
        })),
      })),
      forgottenTopicsData: groupByTopic(forgotten).map(({ topic, topicId, list }) => ({
        topic,
        topicId,
        partitions: list.map(({ partition }) => partition),
      })),
    };
  }

  /** What the broker answered without an error. */
  accept(sessionId: number): void {
    this.sessionId = sessionId;
    if (sessionId === 0) this.epoch = FULL;
    else this.epoch = this.epoch === EPOCH_MAX ? 1 : this.epoch + 1;
  }

  /** Whether the answer's error is about the session alone, so that the request may be sent again at once. */
  refuse(code: ErrorName): boolean {
    this.restart();
    if (code === "FETCH_SESSION_ID_NOT_FOUND") this.sessionId = 0;
    return SESSION_ERRORS.has(code);
  }

  /** The next request is full, closes the session there may be, and asks for a new one. */
  restart(): void {
    this.epoch = FULL;
    this.known.clear();
  }
}

function isSame(told: FetchTarget, target: FetchTarget): boolean {
  return (
    told.fetchOffset === target.fetchOffset &&
    told.currentLeaderEpoch === target.currentLeaderEpoch &&
    told.partitionMaxBytes === target.partitionMaxBytes &&
    told.topicId === target.topicId
  );
}

interface TopicTargets {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly list: FetchTarget[];
}

function groupByTopic(targets: readonly FetchTarget[]): TopicTargets[] {
  const groups = new Map<string, TopicTargets>();
  for (const target of targets) {
    const { topic, topicId } = target;
    const key = `${topicId}/${topic}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { topic, topicId, list: [target] });
    else group.list.push(target);
  }
  return [...groups.values()];
}
