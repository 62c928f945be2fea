/** A place in a connection's order of answers. */
interface Slot {
  readonly pipelines: boolean;
  answer: Buffer[] | null;
  isAnswered: boolean;
}

/** A request that has arrived and has not been started. */
export interface QueuedRequest {
  readonly frame: Buffer;
  /** Produce: may start while earlier ones of its kind are still waiting for their acks. */
  readonly pipelines: boolean;
}

export interface RequestQueueOptions {
  /** Starts a request; it must call `respond` once, with null when there is nothing to send. */
  start(frame: Buffer, respond: (answer: Buffer[] | null) => void): void;
  /** Sends answers in the order of their requests, several at once when they became ready together. */
  send(pieces: Buffer[]): void;
}

/**
 * The order of one connection: requests start in the order they came, answers leave in that order.
 *
 * Kafka serves one request of a connection at a time. We do the same, with one exception that no client can
 * see: a run of Produce requests is started without waiting for the earlier acks, so that one fsync serves
 * them all. Their appends still happen strictly in order.
 */
export class RequestQueue {
  private readonly options: RequestQueueOptions;
  private readonly waiting: QueuedRequest[] = [];
  private waitingHead = 0;
  private readonly slots: Slot[] = [];
  private slotsHead = 0;
  private isPumping = false;
  private isHeld = false;

  constructor(options: RequestQueueOptions) {
    this.options = options;
  }

  /** Requests started and not yet answered. */
  get startedCount(): number {
    return this.slots.length - this.slotsHead;
  }

  get waitingCount(): number {
    return this.waiting.length - this.waitingHead;
  }

  push(request: QueuedRequest): void {
    if (!this.startsAtOnce(request.pipelines)) {
      this.waiting.push(request);
      this.pump();
      return;
    }
    this.isPumping = true;
    this.begin(request);
    this.isPumping = false;
    if (this.waitingCount > 0) this.pump();
  }

  /** Starts nothing more until `release`: the peer does not read its answers. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.pump();
  }

  /** Forgets what waits; answers that still come are dropped. */
  clear(): void {
    this.waiting.length = 0;
    this.waitingHead = 0;
    this.slots.length = 0;
    this.slotsHead = 0;
    this.isHeld = true;
  }

  /** Whether a request that is pushed now is started before `push` returns. */
  startsAtOnce(pipelines: boolean): boolean {
    return !this.isPumping && this.waitingCount === 0 && this.mayStart(pipelines);
  }

  private mayStart(pipelines: boolean): boolean {
    if (this.isHeld) return false;
    if (this.startedCount === 0) return true;
    return pipelines && this.slots[this.slots.length - 1]!.pipelines;
  }

  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.waitingHead < this.waiting.length) {
      const next = this.waiting[this.waitingHead]!;
      if (!this.mayStart(next.pipelines)) break;
      this.waitingHead += 1;
      this.begin(next);
    }
    if (this.waitingHead > 0) this.waitingHead = compact(this.waiting, this.waitingHead);
    this.isPumping = false;
  }

  private begin(request: QueuedRequest): void {
    const slot: Slot = { pipelines: request.pipelines, answer: null, isAnswered: false };
    this.slots.push(slot);
    this.options.start(request.frame, (answer) => {
      if (slot.isAnswered || this.slots.length === 0) return;
      slot.answer = answer;
      slot.isAnswered = true;
      if (this.slots[this.slotsHead] === slot) this.flush();
    });
  }

  private flush(): void {
    const pieces: Buffer[] = [];
    while (this.slotsHead < this.slots.length && this.slots[this.slotsHead]!.isAnswered) {
      const answer = this.slots[this.slotsHead]!.answer;
      if (answer !== null) pieces.push(...answer);
      this.slotsHead += 1;
    }
    this.slotsHead = compact(this.slots, this.slotsHead);
    if (pieces.length > 0) this.options.send(pieces);
    this.pump();
  }
}

const COMPACT_AT = 1024;

/** Drops the consumed head of a queue kept in an array, rarely enough that it costs nothing per element. */
function compact(queue: unknown[], head: number): number {
  if (head === queue.length) queue.length = 0;
  else if (head >= COMPACT_AT && head * 2 >= queue.length) queue.splice(0, head);
  else return head;
  return 0;
}
