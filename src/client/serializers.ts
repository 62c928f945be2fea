import { ClientError } from "./client-error.ts";

/** What a serializer is told beside the value. */
export interface SerializationContext {
  readonly topic: string;
}

/** Turns a key or value into bytes. Never called for null, which stays null (a tombstone, as a value). */
export type Serializer<T> = (value: T, context: SerializationContext) => Buffer;

/**
 * Turns the bytes of a key or value into what they stand for. Never called for null. The bytes are the record's own, a
 * slice of what was fetched: copy what is kept for long.
 */
export type Deserializer<T> = (bytes: Buffer, context: SerializationContext) => T;

/** Both directions of one format. */
export interface Serde<T> {
  readonly serialize: Serializer<T>;
  readonly deserialize: Deserializer<T>;
}

/** Text as UTF-8, as Kafka's StringSerializer writes it. */
export const strings: Serde<string> = {
  serialize: (text) => Buffer.from(text, "utf8"),
  deserialize: (bytes) => bytes.toString("utf8"),
};

/** Bytes as they are. */
export const bytes: Serde<Buffer> = { serialize: (buffer) => buffer, deserialize: (buffer) => buffer };

/** JSON as UTF-8. `T` is believed, not checked. */
export function json<T = unknown>(): Serde<T> {
  return { serialize: jsonBytes, deserialize: jsonValue as Deserializer<T> };
}

function jsonBytes(value: unknown, { topic }: SerializationContext): Buffer {
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return Buffer.from(text, "utf8");
  throw new ClientError("invalid", `A ${typeof value} for topic "${topic}" has no JSON form`);
}

function jsonValue(buffer: Buffer, { topic }: SerializationContext): unknown {
  try {
    return JSON.parse(buffer.toString("utf8"));
  } catch (error) {
    const start = JSON.stringify(buffer.toString("utf8", 0, 40));
    throw new ClientError("invalid", `Bytes from topic "${topic}" are not JSON: ${start}`, error);
  }
}

/** A whole number in 4 bytes, big-endian, as Kafka's IntegerSerializer writes it. */
export const int32: Serde<number> = fixed({
  name: "int32",
  sizeBytes: 4,
  accepts: (value) => (value | 0) === value,
  write: (target, value) => target.writeInt32BE(value),
  read: (source) => source.readInt32BE(),
});

/** A whole number in 8 bytes, big-endian, as Kafka's LongSerializer writes it. */
export const int64: Serde<bigint> = fixed({
  name: "int64",
  sizeBytes: 8,
  accepts: (value) => BigInt.asIntN(64, value) === value,
  write: (target, value) => target.writeBigInt64BE(value),
  read: (source) => source.readBigInt64BE(),
});

/** A number in 8 bytes (IEEE 754, big-endian), as Kafka's DoubleSerializer writes it. */
export const double: Serde<number> = fixed({
  name: "double",
  sizeBytes: 8,
  accepts: () => true,
  write: (target, value) => target.writeDoubleBE(value),
  read: (source) => source.readDoubleBE(),
});

interface FixedFormat<T> {
  readonly name: string;
  readonly sizeBytes: number;
  accepts(value: T): boolean;
  write(target: Buffer, value: T): void;
  read(source: Buffer): T;
}

function fixed<T extends number | bigint>(format: FixedFormat<T>): Serde<T> {
  const { name, sizeBytes } = format;
  return {
    serialize(value, { topic }) {
      if (!format.accepts(value)) {
        throw new ClientError("invalid", `${value} for topic "${topic}" is no ${name}`);
      }
      const target = Buffer.allocUnsafe(sizeBytes);
      format.write(target, value);
      return target;
    },
    deserialize(source, { topic }) {
      if (source.length === sizeBytes) return format.read(source);
      const message = `${source.length} bytes from topic "${topic}" are no ${name}, which has ${sizeBytes}`;
      throw new ClientError("invalid", message);
    },
  };
}
