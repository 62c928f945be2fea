import type { CodecName } from "../../base/compression.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { LogSink } from "../../ports/log-sink.ts";
import type { GroupCounters } from "../counters/group-counters.ts";
import { joinRefusal, syncRefusal } from "../../core/groups/decision.ts";
import type { Decision, GroupError, JoinResponse, Moment, SyncResponse } from "../../core/groups/decision.ts";
import type { GroupConfig } from "../../core/groups/group-config.ts";
import { GroupCore } from "../../core/groups/group-core.ts";
import type { JoinRequest } from "../../core/groups/join.ts";
import type { SyncRequest } from "../../core/groups/sync.ts";
import { CommitQueue } from "./commit-queue.ts";
import { loadGroupState } from "./load-group-state.ts";
import type { OffsetsPartition } from "./offsets-partition.ts";

export interface ShardOptions {
  readonly index: number;
  readonly partition: OffsetsPartition;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly config: GroupConfig;
  readonly newUuid: () => string;
  readonly codec: CodecName;
  readonly counters: GroupCounters;
}

/** A failed append or load is tried again after this, doubled each time up to the maximum. */
const RELOAD_DELAY_MS = 500;
const RELOAD_DELAY_MS_MAX = 30_000;

interface WaitingCall {
  /** Answers the request; an error ends it because the coordinator is not here any more. */
  settle(response: JoinResponse | SyncResponse): void;
  refuse(error: GroupError): void;
}

/**
 * The groups of one `__consumer_offsets` partition, running: it gives the core its time, writes what the core
 * decides, and sends each answer once the records it rests on are committed.
 *
 * There are no answers while the log is being read, and after a failed write the log is read again: what it holds
 * then is the only truth.
 */
export class GroupShard {
  readonly #options: ShardOptions;
  readonly #waiting = new Map<number, WaitingCall>();
  #core: GroupCore | null = null;
  #queue: CommitQueue | null = null;
  #timer: { readonly atMs: number; readonly timer: Timer } | null = null;
  #reload: Timer | null = null;
  #failures = 0;
  #tickets = 0;
  #closed = false;

  constructor(options: ShardOptions) {
    this.#options = options;
    void this.#load();
  }

  /** Null while the log is being read. For reading only. */
  get core(): GroupCore | null {
    return this.#core;
  }

  join(request: Omit<JoinRequest, "ticket">): Promise<JoinResponse> {
    return this.#call((core, now, ticket) => core.join(now, { ...request, ticket }), {
      refusal: (error) => joinRefusal(error, request.memberId),
    });
  }

  sync(request: Omit<SyncRequest, "ticket">): Promise<SyncResponse> {
    return this.#call((core, now, ticket) => core.sync(now, { ...request, ticket }), {
      refusal: syncRefusal,
    });
  }

  /**
   * Makes a decision and resolves to its response once that is committed; `refuse` makes the response when the
   * coordinator is not there, or is gone before the commit.
   */
  decide<R>(
    make: (core: GroupCore, now: Moment) => Decision<R>,
    refuse: (error: GroupError) => R,
  ): Promise<R> {
    const refusal = this.#unavailable();
    if (refusal !== null) return Promise.resolve(refuse(refusal));
    return new Promise((resolve) => {
      const decision = make(this.#core!, this.#now());
      this.#run(decision, {
        settle: () => resolve(decision.response),
        refuse: (error) => resolve(refuse(error)),
      });
    });
  }

  /**
   * Looks at the state and resolves once all that the look may have seen is committed, so that nobody is told of an
   * offset that a crash could still take back.
   */
  look<R>(read: (core: GroupCore, now: Moment) => R, refuse: (error: GroupError) => R): Promise<R> {
    const refusal = this.#unavailable();
    if (refusal !== null) return Promise.resolve(refuse(refusal));
    const response = read(this.#core!, this.#now());
    if (this.#queue!.isIdle) return Promise.resolve(response);
    return new Promise((resolve) => {
      const settle = (): void => resolve(response);
      this.#queue!.add([], { settle, refuse: (error) => resolve(refuse(error)) });
    });
  }

  /** Answers at once from the newest state, committed or not: liveness does not wait for the disk. */
  heartbeat(answer: (core: GroupCore, now: Moment) => GroupError): GroupError {
    const refusal = this.#unavailable();
    if (refusal !== null) return refusal;
    const error = answer(this.#core!, this.#now());
    this.#armTimer();
    return error;
  }

  /** Gives up the partition; whoever waits is sent to look for the coordinator again. */
  close(): void {
    this.#closed = true;
    this.#stop("NOT_COORDINATOR");
  }

  #unavailable(): GroupError | null {
    if (this.#closed) return "NOT_COORDINATOR";
    if (this.#core === null) return "COORDINATOR_LOAD_IN_PROGRESS";
    return this.#queue!.isFull ? "COORDINATOR_NOT_AVAILABLE" : null;
  }

  async #load(): Promise<void> {
    const { index, partition, log, clock, codec } = this.#options;
    const startedMs = clock.monotonic();
    const loaded = await loadGroupState(partition, () => !this.#closed).catch((error: unknown) => {
      // The partition cannot be read now: a disk that failed, or a log that is going away.
      this.#fail(error);
      return null;
    });
    if (loaded === null || this.#closed) return;
    const { state, recordCount, skippedCount } = loaded;
    this.#core = new GroupCore(state, this.#options.config, this.#options.newUuid);
    this.#queue = new CommitQueue({ partition, clock, codec, onFailure: (error) => this.#fail(error) });
    this.#run(this.#core.takeOver(this.#now()), NOBODY);
    if (skippedCount > 0)
      log.warn("Skipped group records that could not be read", { partition: index, skippedCount });
    const durationMs = Math.round(clock.monotonic() - startedMs);
    if (recordCount > 0) log.debug("Loaded groups", { partition: index, recordCount, durationMs });
  }

  #fail(cause: unknown): void {
    if (this.#closed) return;
    const delayMs = Math.min(RELOAD_DELAY_MS * 2 ** this.#failures, RELOAD_DELAY_MS_MAX);
    this.#failures = Math.min(this.#failures + 1, 16);
    const { index, log, clock } = this.#options;
    log.error("Lost a partition of group state, reading it again", {
      partition: index,
      delayMs,
      cause: String(cause),
    });
    this.#stop("NOT_COORDINATOR");
    this.#reload = clock.schedule(delayMs, () => void this.#load());
  }

  #stop(error: GroupError): void {
    this.#core = null;
    this.#timer?.timer.cancel();
    this.#timer = null;
    this.#reload?.cancel();
    this.#reload = null;
    this.#queue?.abandon(error);
    this.#queue = null;
    for (const call of this.#waiting.values()) call.refuse(error);
    this.#waiting.clear();
  }

  #call<R extends JoinResponse | SyncResponse>(
    make: (core: GroupCore, now: Moment, ticket: number) => Decision,
    { refusal }: { readonly refusal: (error: GroupError) => R },
  ): Promise<R> {
    const unavailable = this.#unavailable();
    if (unavailable !== null) return Promise.resolve(refusal(unavailable));
    return new Promise((resolve) => {
      this.#tickets += 1;
      const settle = (response: JoinResponse | SyncResponse): void => resolve(response as R);
      this.#waiting.set(this.#tickets, { settle, refuse: (error) => resolve(refusal(error)) });
      this.#run(make(this.#core!, this.#now(), this.#tickets), NOBODY);
    });
  }

  /** Does what `Decision` asks for. */
  #run(decision: Decision<unknown>, caller: { settle(): void; refuse(error: GroupError): void }): void {
    const { counters } = this.#options;
    for (const record of decision.records) {
      this.#core!.apply(record);
      if (record.kind === "offset" && record.value !== null) counters.offsetCommits += 1;
    }
    for (const reason of decision.rebalances) counters.rebalances[reason] += 1;
    for (const { groupId, generation, text } of decision.notes) {
      this.#options.log.info(`Group "${groupId}": ${text}`, { groupId, generation });
    }
    this.#armTimer();
    if (decision.records.length === 0) {
      this.#settle(decision);
      caller.settle();
      return;
    }
    const settle = (): void => {
      this.#failures = 0;
      this.#settle(decision);
      caller.settle();
    };
    this.#queue!.add(decision.records, { settle, refuse: (error) => caller.refuse(error) });
  }

  #settle(decision: Decision<unknown>): void {
    for (const { ticket, response } of decision.answers) {
      const call = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      call?.settle(response);
    }
    for (const stored of decision.stored) {
      if (this.#core !== null) this.#run(this.#core.assignmentStored(this.#now(), stored), NOBODY);
    }
  }

  #armTimer(): void {
    const nextMs = this.#core?.nextDeadlineMs() ?? null;
    if (nextMs === null || (this.#timer !== null && this.#timer.atMs <= nextMs)) return;
    this.#timer?.timer.cancel();
    const delayMs = Math.max(nextMs - this.#options.clock.monotonic(), 0);
    this.#timer = { atMs: nextMs, timer: this.#options.clock.schedule(delayMs, () => this.#tick()) };
  }

  #tick(): void {
    this.#timer = null;
    if (this.#core !== null) this.#run(this.#core.tick(this.#now()), NOBODY);
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
  }
}

/** For decisions that nobody asked for. */
const NOBODY = { settle(): void {}, refuse(): void {} };
