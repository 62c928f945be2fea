import type { Clock } from "../../ports/clock.ts";
import { asError, ClientError } from "../client-error.ts";
import type { ProducerTopic } from "./producer-topics.ts";

/** A record that found no place yet. */
interface Waiting {
  readonly topic: ProducerTopic;
  readonly deadlineMs: number;
  /** True when it got in, or was refused; false while there is no memory for it. */
  enter(): boolean;
  refuse(error: Error): void;
}

export interface LineOptions {
  readonly clock: Clock;
  /** Milliseconds that a record may stand in the line. */
  readonly maxBlockMs: number;
  readonly bufferMemoryBytes: number;
}

/**
 * Records that wait to get into the buffer, for memory or because their topic is not known yet, in the order in which
 * they were sent. A record never overtakes another of its topic. One that waits for memory holds up all behind it, so
 * that a large record gets its turn; one that waits for its topic holds up that topic only.
 */
export class WaitingLine {
  private readonly options: LineOptions;
  private line: Waiting[] = [];
  private timer: { cancel(): void } | null = null;
  private isShortOfMemory = false;

  constructor(options: LineOptions) {
    this.options = options;
  }

  get length(): number {
    return this.line.length;
  }

  /** Whether lack of memory holds records up. */
  get wantsMemory(): boolean {
    return this.isShortOfMemory;
  }

  /** Whether a record of this topic must stand in line before it may try. */
  mustWait(topic: ProducerTopic): boolean {
    return this.isShortOfMemory || topic.waiting > 0;
  }

  /** Resolves when `enter` said true; the record's own outcome is another matter. */
  join(topic: ProducerTopic, enter: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadlineMs = this.options.clock.monotonic() + this.options.maxBlockMs;
      const leave = (): void => {
        topic.waiting -= 1;
        signal?.removeEventListener("abort", abort);
      };
      const waiting: Waiting = {
        topic,
        deadlineMs,
        enter() {
          try {
            if (!enter()) return false;
          } catch (error) {
            waiting.refuse(asError(error)); // The cluster has the topic, but not what the record asks of it.
            return true;
          }
          leave();
          resolve();
          return true;
        },
        refuse(error) {
          leave();
          reject(error);
        },
      };
      const abort = (): void => {
        this.line = this.line.filter((other) => other !== waiting);
        waiting.refuse(signal!.reason as Error);
        this.admit();
      };
      signal?.addEventListener("abort", abort, { once: true });
      topic.waiting += 1;
      this.line.push(waiting);
      if (topic.info !== null) this.isShortOfMemory = true; // There is nothing else to wait for.
      this.watch();
    });
  }

  /** Lets in all that can: memory came free, or the cluster told of a topic. */
  admit(): void {
    const { line } = this;
    this.isShortOfMemory = false;
    const kept: Waiting[] = [];
    let at = 0;
    for (; at < line.length && !this.isShortOfMemory; at += 1) {
      const waiting = line[at]!;
      if (waiting.topic.info === null) kept.push(waiting);
      else if (!waiting.enter()) {
        this.isShortOfMemory = true;
        kept.push(waiting);
      }
    }
    this.line = kept.length === 0 && at === line.length ? [] : [...kept, ...line.slice(at)];
    if (this.line.length === 0) this.stopWatching();
  }

  /** Refuses those of one topic: it cannot be had. */
  refuseTopic(topic: ProducerTopic, error: Error): void {
    this.refuse(
      (waiting) => waiting.topic === topic,
      () => error,
    );
  }

  refuseAll(error: Error): void {
    this.refuse(
      () => true,
      () => error,
    );
  }

  private refuse(isMeant: (waiting: Waiting) => boolean, errorOf: (waiting: Waiting) => Error): void {
    const refused = this.line.filter(isMeant);
    this.line = this.line.filter((waiting) => !isMeant(waiting));
    for (const waiting of refused) waiting.refuse(errorOf(waiting));
    this.admit();
  }

  /** All wait equally long, so the first in line is the first whose time is over. */
  private watch(): void {
    const first = this.line[0];
    if (this.timer !== null || first === undefined) return;
    const delayMs = Math.max(0, first.deadlineMs - this.options.clock.monotonic());
    this.timer = this.options.clock.schedule(delayMs, () => {
      this.timer = null;
      const nowMs = this.options.clock.monotonic();
      this.refuse(
        ({ deadlineMs }) => deadlineMs <= nowMs,
        (waiting) => this.tooLate(waiting),
      );
      this.watch();
    });
  }

  private stopWatching(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private tooLate({ topic }: Waiting): Error {
    const { maxBlockMs, bufferMemoryBytes } = this.options;
    if (topic.info === null) {
      // Kafka's own word for it, if it gave one.
      const message = `Topic "${topic.name}" was not found within maxBlockMs (${maxBlockMs})`;
      return topic.error ?? new ClientError("timeout", message);
    }
    const message =
      `The buffer had no room for a record for "${topic.name}" within maxBlockMs (${maxBlockMs}): ` +
      `bufferMemoryBytes (${bufferMemoryBytes}) is full of records that are not acknowledged`;
    return new ClientError("timeout", message);
  }
}
