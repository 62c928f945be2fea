import { ClientError } from "../client-error.ts";
import type { Serializer } from "../serializers.ts";

/**
 * A key or value as bytes; null stays null. Without a serializer, text becomes UTF-8 and bytes stay as they are.
 * @throws ClientError `invalid` for anything else.
 */
export function bytesOf<T>(
  value: T,
  serializer: Serializer<NonNullable<T>> | undefined,
  ...[what, topic]: ["key" | "value", string]
): Buffer | null {
  if (value === null || value === undefined) return null;
  if (serializer !== undefined) return serializer(value, { topic });
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new ClientError(
    "invalid",
    `A ${what} for topic "${topic}" is text, bytes or null, not ${typeof value}: a ${what}Serializer can turn it into bytes`,
  );
}
