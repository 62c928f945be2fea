/**
 * Kafka's ids: 16 bytes, shown as 22 characters of unpadded base64url. We keep the text as the value,
 * because it is compared and used as a key far more often than it is encoded.
 */
export type Uuid = string;

/** The id that means "none". */
export const ZERO_UUID: Uuid = "AAAAAAAAAAAAAAAAAAAAAA";
/** The topic id of `__cluster_metadata`: (0, 1). */
export const METADATA_TOPIC_ID: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";

export function uuidFromBytes(bytes: Buffer, at: number): Uuid {
  return bytes.toString("base64url", at, at + 16);
}

/** @throws RangeError when the text is not 16 bytes of base64url. */
export function uuidToBytes(id: Uuid): Buffer {
  const bytes = Buffer.from(id, "base64url");
  if (bytes.length !== 16) throw new RangeError(`An id has 22 characters of base64url, got "${id}"`);
  return bytes;
}

/**
 * A fresh id from 16 random bytes (version 4 layout). Kafka reserves the first 100 ids and never
 * generates one whose text starts with "-", which would read as a flag on a command line.
 */
export function randomUuid(randomBytes: (count: number) => Buffer): Uuid {
  for (;;) {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const id = bytes.toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
