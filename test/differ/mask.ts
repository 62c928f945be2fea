import { seeBatches } from "../support/batch-bytes.ts";
import type { Address } from "../support/raw-connection.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";

/*
 * Makes the answers of two brokers comparable. What each broker chooses freely (ids, times, its address, its
 * texts) is replaced: an id by its place in the order in which ids came up, so that "the same id as before"
 * stays visible, and a text by the fact that there is one.
 */

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const UUID_TEXT = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Everything in this range of milliseconds is taken for the time of the run. */
const TIME_MS = [1_700_000_000_000, 2_500_000_000_000] as const;

const texts = new Set(["errorMessage", "batchIndexErrorMessage", "documentation", "reason"]);
const ids = new Set(["topicId", "replicaDirectoryId", "producerId", "sessionId", "clusterId"]);
const sizes = new Set(["totalBytes", "usableBytes", "partitionSize", "finalizedFeaturesEpoch"]);
/** Settings that say where a broker was put; only the test decides them. */
const deployment = new Set([
  "advertised.listeners",
  "controller.listener.names",
  "controller.quorum.voters",
  "listener.security.protocol.map",
  "listeners",
  "log.dirs",
]);
/** Lists whose order Kafka itself leaves to a hash map. */
const unordered = new Set([
  "configs",
  "apiKeys",
  "supportedFeatures",
  "finalizedFeatures",
  "brokers",
  "Metadata.topics",
  "CreateTopics.topics",
  "DeleteTopics.responses",
  "ListGroups.groups",
  "ElectLeaders.replicaElectionResults",
  "DescribeLogDirs.topics",
  "DescribeConfigs.results",
  "OffsetFetch.topics",
  "OffsetFetch.partitions",
  "Produce.responses",
  "Produce.partitionResponses",
  "DescribeGroups.members",
  "JoinGroup.members",
]);

/** Replaces what one broker chose; one instance follows one broker through one section. */
export class Mask {
  private readonly seen = new Map<string, string>();
  private readonly address: Address;

  constructor(address: Address) {
    this.address = address;
  }

  answer(api: string, response: unknown): Json {
    const answer = this.symbols(sorted(api, plain(response, "")), "");
    return api === "DescribeQuorum" ? withoutProgress(answer, "") : answer;
  }

  private symbol(kind: string, id: string): string {
    let symbol = this.seen.get(`${kind} ${id}`);
    if (symbol === undefined) {
      const count = [...this.seen.keys()].filter((key) => key.startsWith(`${kind} `)).length;
      symbol = `<${kind} ${count + 1}>`;
      this.seen.set(`${kind} ${id}`, symbol);
    }
    return symbol;
  }

  private symbols(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((each) => this.symbols(each, key));
    if (value !== null && typeof value === "object") {
      const { name } = value;
      if (typeof name === "string" && deployment.has(name)) return { name };
      return Object.fromEntries(
        Object.entries(value).map(([field, each]) => [field, this.symbols(each, field)]),
      );
    }
    if (ids.has(key) && isGiven(value)) return this.symbol(key, String(value));
    if (key === "host" && value === this.address.host) return "<host>";
    if (key === "port" && value === this.address.port) return "<port>";
    if (key === "logDir") return "<directory>";
    if (sizes.has(key) && typeof value === "number" && value >= 0) return "<number>";
    if (typeof value === "number" && value >= TIME_MS[0] && value <= TIME_MS[1]) return "<time>";
    if (typeof value === "string") return this.text(value, key);
    return value;
  }

  private text(value: string, key: string): string {
    if (texts.has(key)) return value === "" ? "" : "<text>";
    return value
      .replaceAll(UUID_TEXT, (id) => this.symbol("uuid", id))
      .replaceAll(`${this.address.host}:${this.address.port}`, "<address>")
      .replaceAll(new RegExp(`:${this.address.port}\\b`, "g"), ":<port>");
  }
}

function isGiven(value: Json): boolean {
  return value !== ZERO_UUID && value !== "" && value !== null && !(typeof value === "number" && value <= 0);
}

/** Bytes become text: record sets as their batches, everything else as hexadecimal. */
function plain(value: unknown, key: string): Json {
  if (Buffer.isBuffer(value)) {
    return key === "records" ? (seeBatches(value) as unknown as Json) : value.toString("hex");
  }
  if (Array.isArray(value)) return value.map((each) => plain(each, key));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, name)]));
  }
  return value as Json;
}

function sorted(api: string, value: Json, key = ""): Json {
  if (Array.isArray(value)) {
    const elements = value.map((each) => sorted(api, each));
    const isUnordered = unordered.has(key) || unordered.has(`${api}.${key}`);
    return isUnordered ? elements.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)) : elements;
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sorted(api, each, name)]));
  }
  return value;
}

/** How far the metadata log has come, and where controllers listen, is each cluster's own. */
function withoutProgress(value: Json, key: string): Json {
  if (Array.isArray(value)) return value.map((each) => withoutProgress(each, key));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withoutProgress(each, name)]),
    );
  }
  return ["highWatermark", "leaderEpoch", "logEndOffset", "port"].includes(key) ? "<number>" : value;
}

/** The name of an element decides its place, not its ids, which differ from broker to broker. */
function sortKey(element: Json): string {
  if (element === null || typeof element !== "object" || Array.isArray(element))
    return JSON.stringify(element);
  const names = [
    "name",
    "groupId",
    "topic",
    "resourceName",
    "groupInstanceId",
    "protocolType",
    "metadata",
    "memberMetadata",
    "memberAssignment",
  ];
  const numbers = ["apiKey", "partitionIndex", "index", "nodeId"];
  const parts = names.map((name) => JSON.stringify(element[name] ?? ""));
  const places = numbers.map((name) => JSON.stringify(element[name] ?? 0).padStart(10, "0"));
  return [...parts, ...places].join(" ");
}
