import { assert } from "../../../base/assert.ts";
import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { AnyCodec, AnyType, InputOf, ValueOf } from "./type.ts";

/** Which of a node's listeners answer an API. */
export type Listener = "broker" | "controller";

/** From which version on the encoding is the compact one of KIP-482. */
export type FlexibleSince = number | "never";

interface MessageTable<Request extends AnyType, Response extends AnyType> {
  readonly key: number;
  readonly name: string;
  readonly versions: readonly [first: number, last: number]; // Both inclusive.
  readonly flexibleSince: FlexibleSince;
  readonly listeners?: readonly Listener[];
  readonly request: Request;
  readonly response: Response;
}

/** One API of the protocol: its request and its response at every version. */
export interface Message<Request extends AnyType = AnyType, Response extends AnyType = AnyType> {
  readonly key: number;
  readonly name: string;
  readonly versions: readonly [first: number, last: number];
  readonly flexibleSince: FlexibleSince;
  readonly listeners: readonly Listener[];
  readonly request: VersionedStruct<Request>;
  readonly response: VersionedStruct<Response>;
}

/** A body with versions of its own: one half of an API, or a record that Kafka keeps in a log. */
export interface VersionedStruct<Body extends AnyType = AnyType> {
  readonly name: string;
  readonly versions: readonly [first: number, last: number];
  readonly flexibleSince: FlexibleSince;
  readonly body: Body;
  /** By version; filled on first use, because a broker needs few of the hundreds there are. */
  readonly codecs: AnyCodec[];
}

/* oxlint-disable no-explicit-any -- Only the matched side matters. */
export type RequestOf<M> = M extends Message<infer Request, any> ? ValueOf<Request> : never;
export type ResponseOf<M> = M extends Message<any, infer Response> ? ValueOf<Response> : never;
export type RequestInput<M> = M extends Message<infer Request, any> ? InputOf<Request> : never;
export type ResponseInput<M> = M extends Message<any, infer Response> ? InputOf<Response> : never;
/* oxlint-enable no-explicit-any */
export type StructOf<S> = S extends VersionedStruct<infer Body> ? ValueOf<Body> : never;
export type StructInputOf<S> = S extends VersionedStruct<infer Body> ? InputOf<Body> : never;

export function message<Request extends AnyType, Response extends AnyType>(
  table: MessageTable<Request, Response>,
): Message<Request, Response> {
  const { key, name, versions, flexibleSince, listeners = ["broker"] } = table;
  const request = versionedStruct({ name: `${name}Request`, versions, flexibleSince, body: table.request });
  const response = versionedStruct({
    name: `${name}Response`,
    versions,
    flexibleSince,
    body: table.response,
  });
  return { key, name, versions, flexibleSince, listeners, request, response };
}

export function versionedStruct<Body extends AnyType>(
  table: Omit<VersionedStruct<Body>, "codecs">,
): VersionedStruct<Body> {
  return { ...table, codecs: [] };
}

/** Whether the table has this version at all. */
export function hasVersion(table: Pick<VersionedStruct, "versions">, version: number): boolean {
  return version >= table.versions[0] && version <= table.versions[1];
}

export function isFlexible(table: Pick<VersionedStruct, "flexibleSince">, version: number): boolean {
  return table.flexibleSince !== "never" && version >= table.flexibleSince;
}

function codecOf(table: VersionedStruct, version: number): AnyCodec {
  return table.codecs[version] ?? compileVersion(table, version);
}

function compileVersion(table: VersionedStruct, version: number): AnyCodec {
  assert(hasVersion(table, version), `${table.name} has a version ${version}`);
  const codec = table.body.compile({ version, flexible: isFlexible(table, version), nullable: false });
  table.codecs[version] = codec;
  return codec;
}

/**
 * Decodes a body. Bytes behind it are left alone: Kafka tolerates them.
 * @throws DecodeError when the bytes are not such a body.
 */
export function decodeStruct<S extends VersionedStruct>(
  table: S,
  version: number,
  reader: Reader,
): StructOf<S> {
  return codecOf(table, version).read(reader) as StructOf<S>;
}

/** Encodes a body. A field that the version lacks is dropped silently. */
export function encodeStruct<S extends VersionedStruct>(
  table: S,
  version: number,
  ...[writer, value]: [Writer, StructInputOf<S>]
): void {
  codecOf(table, version).write(writer, value);
}

/** @throws DecodeError when the bytes are not such a request. */
export function decodeRequest<M extends Message>(message: M, version: number, reader: Reader): RequestOf<M> {
  return codecOf(message.request, version).read(reader) as RequestOf<M>;
}

export function encodeRequest<M extends Message>(
  message: M,
  version: number,
  ...[writer, value]: [Writer, RequestInput<M>]
): void {
  codecOf(message.request, version).write(writer, value);
}

/** @throws DecodeError when the bytes are not such a response. */
export function decodeResponse<M extends Message>(
  message: M,
  version: number,
  reader: Reader,
): ResponseOf<M> {
  return codecOf(message.response, version).read(reader) as ResponseOf<M>;
}

export function encodeResponse<M extends Message>(
  message: M,
  version: number,
  ...[writer, value]: [Writer, ResponseInput<M>]
): void {
  codecOf(message.response, version).write(writer, value);
}
