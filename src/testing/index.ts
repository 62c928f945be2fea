import type { MillraceOptions } from "./options.ts";
import { TestBroker } from "./test-broker.ts";

/**
 * Starts a broker inside this process, for tests: on a free loopback port, with its data in memory.
 *
 * @throws ArgumentError when a configuration value is none that the key takes; RefusedError when a topic can't be created.
 * @example
 * await using broker = await startMillrace({ topics: ["orders"] });
 * const kafka = new Kafka({ brokers: [broker.bootstrapServers] });
 */
export function startMillrace(options: MillraceOptions = {}): Promise<TestBroker> {
  return TestBroker.start(options);
}

export type { ErrorName } from "../tables/errors.ts";
export type { ApiName } from "./api-name.ts";
export { ArgumentError } from "./argument-error.ts";
export type { CheckOptions, Finding, FindingKind, Verdict } from "./check-group.ts";
export type { Duration } from "./duration.ts";
export type { LogLine } from "./event-log.ts";
export { Fault, type FaultFilter } from "./fault.ts";
export type { GroupEvent, GroupMemberView, GroupOffsetView, GroupView } from "./group-view.ts";
export type { KafkaRelease } from "./kafka-releases.ts";
export { matchers, type ExpectedRecord, type MatcherResult } from "./matchers.ts";
export { ObservedRequest, type Body, type Outcome } from "./observed-request.ts";
export type { ConfigValue, MillraceOptions, TopicOptions } from "./options.ts";
export type { ProcessedRecord } from "./processing.ts";
export { RefusedError } from "./refused-error.ts";
export type { RequestFilter } from "./select-requests.ts";
export { TestBroker, type CrashOptions, type Snapshot } from "./test-broker.ts";
export type { TestRecord } from "./test-record.ts";
export { WaitTimeoutError, type WaitForOptions } from "./wait-for.ts";
