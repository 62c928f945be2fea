import { ArgumentError } from "./argument-error.ts";
import { allMessages } from "../wire/kafka/messages/index.ts";

/** An API by Kafka's name. The most used ones are spelt out; every other name of the protocol is one too. */
export type ApiName =
  | "Produce"
  | "Fetch"
  | "ListOffsets"
  | "Metadata"
  | "OffsetCommit"
  | "OffsetFetch"
  | "FindCoordinator"
  | "JoinGroup"
  | "Heartbeat"
  | "LeaveGroup"
  | "SyncGroup"
  | "DescribeGroups"
  | "ListGroups"
  | "ApiVersions"
  | "CreateTopics"
  | "DeleteTopics"
  | "InitProducerId"
  | (string & {});

export const apiNames: ReadonlyMap<number, string> = new Map(allMessages.map(({ key, name }) => [key, name]));

/** @throws ArgumentError when the protocol has no such API. */
export function checkApiName(api: ApiName): void {
  if (allMessages.some(({ name }) => name === api)) return;
  throw new ArgumentError(`Kafka has no API "${api}"; names look like "Produce", "Fetch" or "OffsetCommit"`);
}
