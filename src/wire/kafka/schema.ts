/*
 * The schema engine. A message is a value made of the combinators below; its TypeScript types are inferred
 * from that value, and its encoders and decoders are compiled from it once per version, on first use. There
 * is no generator and no second description that could drift.
 *
 * A decoded struct holds every field of the table: one that the version lacks has its default (shared and
 * frozen when it is an array or a struct). When encoding, a field that the version lacks is dropped silently.
 */
export { array, nullable, nullableSince } from "./schema/containers.ts";
export { between, defaulted, since, tagged, until } from "./schema/fields.ts";
export {
  decodeRequest,
  decodeResponse,
  decodeStruct,
  encodeRequest,
  encodeResponse,
  encodeStruct,
  hasVersion,
  isFlexible,
  message,
  versionedStruct,
} from "./schema/message.ts";
export type {
  FlexibleSince,
  Message,
  RequestInput,
  RequestOf,
  ResponseInput,
  ResponseOf,
  StructInputOf,
  StructOf,
  VersionedStruct,
} from "./schema/message.ts";
export { bool, float64, int16, int32, int64, int8, uint16, uuid } from "./schema/scalars.ts";
export { struct } from "./schema/struct.ts";
export { bytes, records, string } from "./schema/texts.ts";
export type { AnyField, AnyType } from "./schema/type.ts";
