import { crc32c as native } from "@node-rs/crc32";

/** CRC-32C (Castagnoli) of the bytes, unsigned; `previous` continues an earlier one. */
export function crc32c(bytes: Buffer, previous = 0): number {
  return native(bytes, previous);
}
