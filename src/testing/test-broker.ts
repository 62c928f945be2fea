import type { Broker } from "../broker/broker.ts";
import type { BrokerConfig } from "../core/cluster/config/broker-config.ts";
import type { MemoryDisk } from "../io/memory/memory-disk.ts";
import type { ErrorName } from "../tables/errors.ts";
import type { ApiName } from "./api-name.ts";
import { checkGroup, type CheckOptions, type Verdict } from "./check-group.ts";
import { createTopics } from "./create-topics.ts";
import { durationMs, type Duration } from "./duration.ts";
import { EventLog, type LogLine } from "./event-log.ts";
import type { Fault, FaultFilter } from "./fault.ts";
import { Faults } from "./faults.ts";
import { viewGroup, type GroupView } from "./group-view.ts";
import { Life } from "./life.ts";
import type { ObservedRequest } from "./observed-request.ts";
import { brokerConfig, topicsOf, type MillraceOptions, type TopicOptions } from "./options.ts";
import { Processing, type ProcessedRecord } from "./processing.ts";
import { RefusedError } from "./refused-error.ts";
import { reportOf } from "./report.ts";
import { RequestGate } from "./request-gate.ts";
import { selectRequests, type RequestFilter } from "./select-requests.ts";
import { Storage } from "./storage.ts";
import { TestClock } from "./test-clock.ts";
import { readTopic, type TestRecord } from "./test-record.ts";
import { waitForRecords, type WaitForOptions } from "./wait-for.ts";

/** All that a broker held at one moment; see `TestBroker.snapshot`. */
export interface Snapshot {
  /** @internal */
  readonly disk: MemoryDisk;
}

export interface CrashOptions {
  /** The machine loses its power: what was not synced is gone. Default false: only the process dies. */
  readonly powerCut?: boolean;
}

/**
 * A broker inside a test: the real one, on a real port, with its clock, its disk and its connections in your hand.
 * Made by `startMillrace`.
 */
export class TestBroker implements AsyncDisposable {
  readonly #options: MillraceOptions;
  readonly #clock = new TestClock();
  readonly #log = new EventLog(this.#clock);
  readonly #gate: RequestGate;
  readonly #faults: Faults;
  readonly #storage: Storage;
  readonly #processing = new Processing();
  #config: BrokerConfig;
  #life: Life | null = null;
  #port: number;
  #asStarted: Snapshot | null = null;
  #isStopped = false;

  private constructor(options: MillraceOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#config = brokerConfig(options);
    this.#gate = new RequestGate({
      clock: this.#clock,
      release: options.asVersion,
      topicId: (topic) => this.#life?.node.cluster.topics.get(topic)?.id ?? null,
    });
    this.#faults = new Faults({
      gate: this.#gate,
      network: () => this.#life?.network ?? null,
      mustBeInMemory: (why) => this.#storage.mustBeMemory(why),
    });
    const { room } = this.#faults;
    this.#storage = new Storage({ clock: this.#clock, dataDir: options.dataDir, room });
  }

  /** @internal */
  static async start(options: MillraceOptions): Promise<TestBroker> {
    const topics = topicsOf(options);
    const broker = new TestBroker(options);
    await broker.#begin();
    try {
      await createTopics(broker.node, topics);
    } catch (error) {
      await broker.stop();
      throw error;
    }
    if (options.dataDir === undefined) broker.#asStarted = broker.snapshot();
    return broker;
  }

  /** What clients are given: `"127.0.0.1:PORT"`. It stays the same through crashes and restarts. */
  get bootstrapServers(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Whether clients find somebody there: not between a crash and the restart. */
  get isRunning(): boolean {
    return this.#life !== null;
  }

  /** The broker itself, for what is not told otherwise. Not a stable interface. @internal */
  get node(): Broker {
    return this.#running("look inside").node;
  }

  /** The broker's wall clock, in ms since 1970. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * Moves the broker's clock forward and fires all that falls due, in order: retention, compaction, session and
   * rebalance timeouts, expiry of offsets. Resolves when it is done.
   *
   * A live client does not feel that time pass: a consumer whose session timeout is jumped over has missed its
   * heartbeats, and will join again.
   *
   * @example
   * await broker.advance("7d");
   */
  advance(duration: Duration): Promise<void> {
    return this.#clock.advance(durationMs(duration));
  }

  /** Stops the broker's clock: nothing times out until `advance` or `resume`. */
  freeze(): void {
    this.#clock.freeze();
  }

  /** Lets the broker's clock go on from where it is. */
  resume(): void {
    this.#clock.resume();
  }

  /**
   * Answers requests with an error of Kafka's instead of carrying them out.
   *
   * Where a request is about several topics and only one is meant, a request that changes something is refused whole;
   * one that only reads is refused for that topic alone.
   *
   * @example
   * const fault = broker.fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 3, topic: "orders" });
   * // ... the producer tries again
   * assert.equal(fault.hits, 3);
   */
  fail(api: ApiName, error: ErrorName, filter: FaultFilter = {}): Fault {
    return this.#faults.fail(api, error, filter);
  }

  /** Carries requests out and holds their answers back, by the broker's clock. */
  delay(api: ApiName, duration: Duration, filter: FaultFilter = {}): Fault {
    return this.#faults.delay(api, duration, filter);
  }

  /**
   * Carries requests out and breaks the connection instead of answering: the client can't know, tries again, and
   * without idempotence makes a duplicate.
   */
  loseAnswer(api: ApiName, filter: FaultFilter = {}): Fault {
    return this.#faults.loseAnswer(api, filter);
  }

  /** Breaks every connection now; or with an API, the connections of such requests, before they are carried out. */
  disconnect(api?: ApiName, filter: FaultFilter = {}): Fault {
    return this.#faults.disconnect(api, filter);
  }

  /** Hangs up on everybody who connects; connections that exist stay. */
  refuseConnections(): Fault {
    return this.#faults.refuseConnections();
  }

  /** Tells clients in every answer that they are over their quota and must wait this long. */
  throttle(duration: Duration, filter: FaultFilter = {}): Fault {
    return this.#faults.throttle(duration, filter);
  }

  /** The disk takes nothing more (ENOSPC) until the fault is removed. */
  fullDisk(): Fault {
    return this.#faults.fullDisk();
  }

  /**
   * The broker dies, and its connections with it. It is not there until `restart`.
   *
   * @example
   * await broker.crash({ powerCut: true }); // What was not synced is gone.
   * await broker.restart();
   */
  async crash({ powerCut = false }: CrashOptions = {}): Promise<void> {
    const life = this.#running("crash");
    this.#storage.leave("crash()", powerCut ? "durable" : "cached");
    this.#life = null;
    await life.crash();
  }

  /** Starts again on the same port with what the disk has; a broker that runs is stopped orderly before. */
  async restart(): Promise<void> {
    this.#mustBeInUse();
    const life = this.#life;
    this.#life = null;
    await life?.stop();
    await this.#begin();
  }

  /** Every committed record of a topic, partition by partition, in order; none when there is no such topic. */
  records(topic: string): Promise<TestRecord[]> {
    return readTopic(this.node, topic);
  }

  /**
   * Waits until a topic has the records, and returns those that count.
   *
   * @throws WaitTimeoutError that says what there was instead.
   * @example
   * const [order] = await broker.waitFor({ topic: "orders", where: (record) => record.key === "42" });
   */
  waitFor(options: WaitForOptions): Promise<TestRecord[]> {
    this.#mustBeInUse();
    return waitForRecords({ node: () => this.#life?.node ?? null, gate: this.#gate }, options);
  }

  /**
   * What clients have asked, oldest first, with what they got. The last 20,000 are kept, or
   * fewer when they are large.
   *
   * @example
   * const commits = broker.requests({ api: "OffsetCommit", clientId: "billing" });
   */
  requests(filter: RequestFilter = {}): ObservedRequest[] {
    return selectRequests(this.#gate.history, filter);
  }

  /**
   * A consumer group: its members and what they were given, how far it has committed, and why it rebalanced.
   *
   * @example
   * const { lag, timeline } = await broker.group("billing");
   * console.log(timeline.map(({ text }) => text).join("\n"));
   */
  group(groupId: string): Promise<GroupView> {
    return viewGroup(this.node, groupId, this.#log.lines);
  }

  /**
   * Says for an application that it has dealt with a record, for `check`. Call it where the work is done.
   *
   * @example
   * await consumer.run({
   *   eachMessage: async ({ topic, partition, message }) => {
   *     await charge(message);
   *     broker.noteProcessed("billing", { topic, partition, offset: message.offset });
   *   },
   * });
   */
  noteProcessed(groupId: string, record: ProcessedRecord): void {
    this.#processing.note(groupId, record, this.#gate.sequence);
  }

  /**
   * Judges an application by its commits and by what it noted as processed: did it skip a record, or commit one before
   * it had processed it?
   *
   * @example
   * (await broker.check("billing")).assertFine();
   */
  check(groupId: string, options: CheckOptions = {}): Promise<Verdict> {
    const { history } = this.#gate;
    const marks = this.#processing.of(groupId);
    return checkGroup({ ...options, groupId, broker: this.node, history, marks });
  }

  /**
   * The last of what happened, for the message of a failed test: requests, and what the broker had to say.
   *
   * @example
   * assert.equal(records.length, 3, broker.report());
   */
  report(): string {
    return reportOf(this.#gate.history, this.#log.lines);
  }

  /** What the broker has said to its operator: the last thousand lines and more. */
  get log(): readonly LogLine[] {
    return this.#log.lines;
  }

  /** Creates topics while the broker runs. @throws Error with the reason when one can't be made. */
  createTopics(...topics: readonly (string | TopicOptions)[]): Promise<void> {
    return createTopics(this.node, topicsOf({ topics }));
  }

  /** A copy of all that the broker holds: topics, records, groups, offsets, producer ids. */
  snapshot(): Snapshot {
    this.#running("take a snapshot");
    return { disk: this.#storage.copy("snapshot()") };
  }

  /** Goes back to a snapshot, as often as you like. Connections break; the clock and the faults stay as they are. */
  async restore(snapshot: Snapshot): Promise<void> {
    this.#mustBeInUse();
    this.#storage.replace("restore()", snapshot.disk);
    const life = this.#life;
    this.#life = null;
    await life?.crash();
    await this.#begin();
  }

  /** Back to how it was handed over: its topics without records, no groups, no faults, nothing remembered. */
  async reset(): Promise<void> {
    this.#mustBeInUse();
    if (this.#asStarted === null) this.#storage.mustBeMemory("reset()");
    this.#faults.clear();
    this.#processing.clear();
    this.#log.lines.length = 0;
    this.#clock.resume();
    if (this.#asStarted !== null) await this.restore(this.#asStarted);
  }

  /**
   * Stops it; nothing is left behind. Faults that never happened are reported, see `MillraceOptions.unhitFaults`.
   *
   * @throws Error when the broker had to give up because of a bug of its own.
   */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const life = this.#life;
    this.#life = null;
    await life?.stop();
    this.#clock.close();
    const failure = life?.failure ?? null;
    if (failure !== null) throw new Error("The broker could not go on", { cause: failure });
    this.#reportUnhit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #begin(): Promise<void> {
    this.#config = brokerConfig(this.#options);
    const life = await Life.start({
      clock: this.#clock,
      disk: this.#storage.disk,
      log: this.#log,
      port: this.#port,
      dataDir: this.#storage.dataDir,
      config: this.#config,
      intercept: this.#gate.intercept,
    });
    life.network.mayConnect = () => this.#faults.mayConnect();
    this.#port = life.port;
    this.#life = life;
  }

  #running(action: string): Life {
    this.#mustBeInUse();
    if (this.#life === null)
      throw new RefusedError(`Cannot ${action}: the broker has crashed; call restart() first`);
    return this.#life;
  }

  #mustBeInUse(): void {
    if (this.#isStopped) throw new RefusedError("The broker has been stopped");
  }

  #reportUnhit(): void {
    const { unhitFaults = "warn" } = this.#options;
    const unhit = this.#faults.unhit.map((fault) => `  ${fault.toString()}`);
    if (unhit.length === 0 || unhitFaults === "ignore") return;
    const message = `Faults were asked for and never happened:\n${unhit.join("\n")}`;
    if (unhitFaults === "throw") throw new Error(message);
    process.emitWarning(message, "MillraceWarning");
  }
}
