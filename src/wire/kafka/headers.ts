import { skipTagged } from "./fast-values.ts";
import { messageByKey } from "./messages/index.ts";
import type { Reader } from "./reader.ts";
import { isFlexible, type Message } from "./schema.ts";

import type { Writer } from "./writer.ts";

const API_VERSIONS_KEY = 18;
const NULL_STRING_LENGTH = -1;

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  /** Null counts as "" in Kafka. */
  readonly clientId: string | null;
}

/**
 * Reads up to the body. The tagged section behind the header of a flexible version is skipped, also when the
 * version is one that the table does not have: ApiVersions answers those.
 * @throws DecodeError when the header is cut short.
 */
export function readRequestHeader(reader: Reader): RequestHeader {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  // The client id keeps its old encoding in flexible versions too (KIP-482).
  const length = reader.int16();
  const clientId = length < 0 ? null : reader.string(length);
  const message = messageByKey(apiKey);
  if (message !== undefined && isFlexible(message, apiVersion)) skipTagged(reader);
  return { apiKey, apiVersion, correlationId, clientId };
}

export function writeRequestHeader(writer: Writer, header: RequestHeader): void {
  writer.int16(header.apiKey);
  writer.int16(header.apiVersion);
  writer.int32(header.correlationId);
  if (header.clientId === null) {
    writer.int16(NULL_STRING_LENGTH);
  } else {
    const length = Buffer.byteLength(header.clientId);
    writer.int16(length);
    writer.utf8(header.clientId, length);
  }
  const message = messageByKey(header.apiKey);
  if (message !== undefined && isFlexible(message, header.apiVersion)) writer.uvarint(0);
}

/** Version 1 has a tagged section. ApiVersions never has: its response is read before versions are known. */
export function responseHeaderVersion(
  message: Pick<Message, "key" | "flexibleSince">,
  apiVersion: number,
): 0 | 1 {
  return message.key !== API_VERSIONS_KEY && isFlexible(message, apiVersion) ? 1 : 0;
}

export interface ResponseHeader {
  readonly headerVersion: 0 | 1;
  readonly correlationId: number;
}

export function writeResponseHeader(writer: Writer, { headerVersion, correlationId }: ResponseHeader): void {
  writer.int32(correlationId);
  if (headerVersion === 1) writer.uvarint(0);
}

/**
 * Returns the correlation id.
 * @throws DecodeError when the header is cut short.
 */
export function readResponseHeader(reader: Reader, headerVersion: 0 | 1): number {
  const correlationId = reader.int32();
  if (headerVersion === 1) skipTagged(reader);
  return correlationId;
}
