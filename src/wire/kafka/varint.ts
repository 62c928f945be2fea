/*
 * The signed varints of records: zig-zag, then seven bits a byte, low ones first. Not the unsigned varints
 * of flexible messages.
 */

/** How many bytes the varint of `value` takes; exact for safe integers. */
export function varintBytes(value: number): number {
  let rest = zigZag(value);
  let count = 1;
  while (rest > 0x7f) {
    rest = Math.floor(rest / 128);
    count += 1;
  }
  return count;
}

/** Writes a varint and returns where it ends. */
export function writeVarint(bytes: Buffer, value: number, at: number): number {
  let rest = zigZag(value);
  let end = at;
  while (rest > 0x7f) {
    bytes[end++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[end++] = rest;
  return end;
}

function zigZag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
