const TWO_TO_32 = 2 ** 32;

/** Exact up to 53 bits, the nearest number beyond. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * TWO_TO_32 + bytes.readUInt32BE(at + 4);
}

/** Long.MAX_VALUE stands for everything above the safe integers: Kafka uses it for "unlimited". */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  if (value > Number.MAX_SAFE_INTEGER - 1) {
    bytes.writeInt32BE(0x7fffffff, at);
    bytes.writeUInt32BE(0xffffffff, at + 4);
    return;
  }
  const high = Math.floor(value / TWO_TO_32);
  bytes.writeInt32BE(high, at);
  bytes.writeUInt32BE(value - high * TWO_TO_32, at + 4);
}
