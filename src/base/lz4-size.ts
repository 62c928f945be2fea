const FRAME_MAGIC = 0x184d2204;
const CONTENT_SIZE_FLAG = 0x08;
const CONTENT_CHECKSUM_FLAG = 0x04;
const BLOCK_CHECKSUM_FLAG = 0x10;
const DICTIONARY_FLAG = 0x01;
const UNCOMPRESSED_BLOCK = 0x80000000;
const MATCH_LENGTH_MIN = 4;

/**
 * How many bytes an LZ4 frame unpacks to, found by walking its block sequences without unpacking them: the
 * decoder has no limit of its own, so a stranger's frame is measured first. Stops counting above `maxBytes`.
 * Returns -1 when the frame is not well formed.
 */
export function lz4UnpackedSize(frame: Buffer, maxBytes: number): number {
  if (frame.length < 7 || frame.readUInt32LE(0) !== FRAME_MAGIC) return -1;
  const flags = frame[4]!;
  const checksumBytes = (flags & BLOCK_CHECKSUM_FLAG) === 0 ? 0 : 4;
  let at = 7;
  if ((flags & CONTENT_SIZE_FLAG) !== 0) at += 8;
  if ((flags & DICTIONARY_FLAG) !== 0) at += 4;
  let total = 0;
  while (at + 4 <= frame.length && total <= maxBytes) {
    const header = frame.readUInt32LE(at);
    at += 4;
    if (header === 0) return at + contentChecksumBytes(flags) <= frame.length ? total : -1;
    const size = header & ~UNCOMPRESSED_BLOCK;
    if (size > frame.length - at) return -1;
    const isPacked = header < UNCOMPRESSED_BLOCK;
    const unpacked = isPacked ? blockUnpackedSize(frame, at, at + size) : size;
    if (unpacked < 0) return -1;
    total += unpacked;
    at += size + checksumBytes;
  }
  return total > maxBytes ? total : -1;
}

function contentChecksumBytes(flags: number): number {
  return (flags & CONTENT_CHECKSUM_FLAG) === 0 ? 0 : 4;
}

/** Sums the literal and match lengths of one block's sequences. */
function blockUnpackedSize(frame: Buffer, start: number, end: number): number {
  let at = start;
  let total = 0;
  while (at < end) {
    const token = frame[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255 && at < end) literals += byte = frame[at++]!;
    }
    total += literals;
    at += literals;
    if (at === end) return total; // The last sequence has literals only.
    at += 2; // The match's distance.
    let match = token & 15;
    if (match === 15) {
      let byte = 255;
      while (byte === 255 && at < end) match += byte = frame[at++]!;
    }
    total += match + MATCH_LENGTH_MIN;
  }
  return -1;
}
