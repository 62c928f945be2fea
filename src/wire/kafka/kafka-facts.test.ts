import assert from "node:assert/strict";
import { test } from "node:test";
import {
  factsSkip,
  readMessageFacts,
  type FieldFacts,
  type MessageFacts,
  type VersionRange,
} from "../../../test/support/kafka-facts.ts";
import { Assignment, Subscription } from "./consumer-protocol.ts";
import * as control from "./control-records.ts";
import type { CoordinatorRecordTable } from "./coordinator-record.ts";
import { groupRecords } from "./group-records.ts";
import { allMessages } from "./messages/index.ts";
import { metadataRecords } from "./metadata-records/index.ts";
import type { AnyField, AnyType, VersionedStruct } from "./schema.ts";
import { ShareSnapshot } from "./share-records/00-share-snapshot.ts";
import { ShareUpdate } from "./share-records/01-share-update.ts";
import { TransactionLog } from "./transaction-records/00-transaction-log.ts";

/*
 * Our tables against Kafka's own definitions, field by field. Both sides are brought into the same lines of
 * text, so that a difference shows as one.
 */

const coordinatorRecords: CoordinatorRecordTable[] = [
  ...Object.values<CoordinatorRecordTable>(groupRecords),
  TransactionLog,
  ShareSnapshot,
  ShareUpdate,
];

const tables: VersionedStruct[] = [
  ...allMessages.flatMap(({ request, response }) => [request, response]),
  ...Object.values<VersionedStruct>(metadataRecords),
  ...coordinatorRecords.flatMap(({ key, value }) => [key, value]),
  Assignment,
  Subscription,
  control.EndTxnMarker,
  control.KRaftVersion,
  control.LeaderChange,
  control.SnapshotFooter,
  control.SnapshotHeader,
  control.Voters,
];
const tableByName = new Map(tables.map((table) => [table.name, table]));

/** Headers are written by hand; these files of a broker have no table or are no concern of the wire. */
const withoutTable = new Set([
  "RequestHeader",
  "ResponseHeader",
  "ControlRecordTypeSchema",
  "DefaultPrincipalData",
  "ProducerSnapshot",
  "QuorumStateData",
  "RemoteLogSegmentMetadataRecord",
  "RemoteLogSegmentMetadataUpdateRecord",
  "RemotePartitionDeleteMetadataRecord",
  "RemoteLogSegmentMetadataSnapshotRecord",
]);

function within(range: VersionRange, outer: VersionRange): VersionRange {
  return { first: Math.max(range.first, outer.first), last: Math.min(range.last, outer.last) };
}

interface Line {
  readonly path: string;
  readonly range: VersionRange;
  readonly nullableSince: number | null;
  readonly tag: number | null;
  readonly type: string;
  readonly defaultText: string;
}

function lineText({ path, range, nullableSince, tag, type, defaultText }: Line): string {
  const nulls = nullableSince === null ? "" : ` null ${nullableSince}+`;
  const tagged = tag === null ? "" : ` tag ${tag}`;
  return `${path}: ${type} ${range.first}-${range.last}${nulls}${tagged} = ${defaultText}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const scalarZeros: Record<string, string> = { string: '""', bool: "false", uuid: "zero", bytes: "0 bytes" };
scalarZeros["records"] = "0 bytes";
const greatest = new Set(["9223372036854775807", String(Number.MAX_SAFE_INTEGER)]);

/**
 * Their definitions say `"default": null` where others say `"default": "null"`, and Kafka's generator takes
 * that for no default at all: its own classes hold an empty value and send null explicitly.
 */
const mistakenNulls = new Set([
  "ConsumerGroupMemberMetadataValue classicMemberMetadata",
  "ConsumerGroupCurrentMemberAssignmentValue assignedPartitions.assignmentEpochs",
  "ConsumerGroupCurrentMemberAssignmentValue partitionsPendingRevocation.assignmentEpochs",
  "StreamsGroupMetadataValue lastAssignmentConfigs",
]);

function hasNullDefault(message: MessageFacts, field: FieldFacts, path: string): boolean {
  if (message.name === "StreamsGroupCurrentMemberAssignmentValue") return false;
  return field.defaultText === "null" && !mistakenNulls.has(`${message.name} ${path}`);
}

function factsDefault(field: FieldFacts, isStruct: boolean): string {
  if (field.type.startsWith("[]")) return "[]";
  if (isStruct) return "{}";
  const text = field.defaultText ?? scalarZeros[field.type] ?? "0";
  if (greatest.has(text)) return "unlimited";
  return text.startsWith("0x") ? String(Number(text)) : text;
}

function* factsLines(message: MessageFacts, fields: FieldFacts[], at: Place): Generator<string> {
  for (const field of fields) {
    const range = within(field.versions, at.range);
    if (range.first > range.last) continue;
    const path = at.path + lowerFirst(field.name);
    const elementType = field.type.replace("[]", "");
    const inner = message.structs.get(elementType) ?? field.fields;
    const type = field.type.replace(elementType, inner.length > 0 ? "struct" : elementType);
    // A null that no version of ours allows is no null.
    const nulls = field.nullable === null ? null : within(field.nullable, range);
    const nullableSince = nulls === null || nulls.first > nulls.last ? null : nulls.first;
    const isNull = hasNullDefault(message, field, path);
    const defaultText = isNull ? "null" : factsDefault(field, inner.length > 0);
    yield lineText({ path, range, nullableSince, tag: field.tag, type, defaultText });
    yield* factsLines(message, inner, { path: `${path}.`, range });
  }
}

interface Place {
  readonly path: string;
  readonly range: VersionRange;
}

function tableDefault(field: AnyField, type: AnyType): string {
  const value: unknown = field.defaultValue;
  if (value === null) return "null";
  const { kind } = type.shape;
  if (kind === "array") return "[]";
  if (kind === "struct") return "{}";
  if (kind === "bytes" || kind === "records") return `${(value as Buffer).length} bytes`;
  if (kind === "uuid" && value === type.zero) return "zero";
  const text = JSON.stringify(value);
  return greatest.has(text) ? "unlimited" : text;
}

function* tableLines(table: AnyType, at: Place): Generator<string> {
  assert(table.shape.kind === "struct");
  for (const [name, field] of table.shape.fields) {
    const range = within({ first: field.since, last: field.until }, at.range);
    const outer: AnyType = field.type;
    const isNullable = outer.shape.kind === "nullable";
    const nullableSince = isNullable ? Math.max(outer.shape.since, range.first) : null;
    const type: AnyType = isNullable ? outer.shape.inner : outer;
    const isArray = type.shape.kind === "array";
    const element: AnyType = isArray ? type.shape.element : type;
    const path = at.path + name;
    const typeText = (isArray ? "[]" : "") + element.shape.kind;
    const defaultText = tableDefault(field, type);
    yield lineText({ path, range, nullableSince, tag: field.tag, type: typeText, defaultText });
    if (element.shape.kind === "struct") yield* tableLines(element, { path: `${path}.`, range });
  }
}

const facts = factsSkip === false ? readMessageFacts() : [];

test("every message that Kafka defines has a table, or is known to have none", { skip: factsSkip }, () => {
  const missing = facts.filter(({ name }) => !tableByName.has(name) && !withoutTable.has(name));
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  );
});

test("every table has Kafka's versions and fields", { skip: factsSkip }, () => {
  const factsByName = new Map(facts.map((message) => [message.name, message]));
  for (const table of tables) {
    const message = factsByName.get(table.name);
    assert.ok(message !== undefined, table.name);
    const [first, last] = table.versions;
    const range = { first, last };
    assert.deepEqual(range, message.versions, table.name);
    assert.equal(table.flexibleSince, message.flexibleSince, table.name);
    assert.deepEqual(
      [...tableLines(table.body, { path: "", range })],
      [...factsLines(message, message.fields, { path: "", range })],
      table.name,
    );
  }
});

test("every API has Kafka's key and listeners", { skip: factsSkip }, () => {
  const requests = facts.filter(({ kind }) => kind === "request");
  assert.deepEqual(
    allMessages.map(({ key, name, listeners }) => ({ key, name: `${name}Request`, listeners })),
    requests.map(({ key, name, listeners }) => ({ key, name, listeners })),
  );
});

test("every record has Kafka's number", { skip: factsSkip }, () => {
  const keyOf = new Map(facts.map(({ name, key }) => [name, key]));
  for (const { name, id } of Object.values(metadataRecords)) assert.equal(id, keyOf.get(name), name);
  for (const { type, key, value } of coordinatorRecords) {
    assert.equal(type, keyOf.get(key.name), key.name);
    assert.equal(type, keyOf.get(value.name), value.name);
  }
});
