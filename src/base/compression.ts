import { gunzipSync, gzipSync, constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { lz4UnpackedSize } from "./lz4-size.ts";
import { lz4, snappy } from "./native-codecs.ts";

/** The codecs by their number in a record batch. */
export const CODEC_NAMES = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type CodecName = (typeof CODEC_NAMES)[number];

/** Compressed bytes that do not unpack, or not within the limit. */
export class CompressionError extends Error {
  readonly reason: "corrupt" | "too-large";

  constructor(message: string, details: { reason: "corrupt" | "too-large"; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.name = "CompressionError";
    this.reason = details.reason;
  }
}

export interface CompressionLevel {
  /** gzip 1 to 9, zstd -131072 to 22; the library's own default when absent. The others have no levels. */
  readonly level?: number | undefined;
}

/** Packs the bytes. Snappy gets the framing of xerial, which Java clients expect. */
export function compress(codec: CodecName, bytes: Buffer, { level }: CompressionLevel = {}): Buffer {
  switch (codec) {
    case "none":
      return bytes;
    case "gzip":
      return gzipSync(bytes, level === undefined ? {} : { level });
    case "snappy":
      return xerialCompress(bytes);
    case "lz4":
      return lz4().compressFrameSync(bytes);
    case "zstd":
      return zstdCompressSync(
        bytes,
        level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } },
      );
  }
}

/**
 * Unpacks the bytes, to `maxBytes` at most.
 * @throws CompressionError when they are not the codec's, or hold more than that.
 */
export function decompress(codec: CodecName, bytes: Buffer, maxBytes: number): Buffer {
  try {
    return unpack(codec, bytes, maxBytes);
  } catch (cause) {
    // The libraries throw errors of their own, which say nothing about what was being done.
    if (cause instanceof CompressionError) throw cause;
    const isTooLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLarge ? tooLarge(codec, maxBytes) : corrupt(codec, cause);
  }
}

function unpack(codec: CodecName, bytes: Buffer, maxBytes: number): Buffer {
  switch (codec) {
    case "none":
      return bytes;
    case "gzip":
      return gunzipSync(bytes, { maxOutputLength: maxBytes });
    case "snappy":
      return isXerial(bytes) ? xerialUncompress(bytes, maxBytes) : snappyBlock(bytes, maxBytes);
    case "lz4":
      return lz4Uncompress(bytes, maxBytes);
    case "zstd":
      return zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  }
}

function corrupt(codec: CodecName, cause?: unknown): CompressionError {
  return new CompressionError(`Cannot unpack ${codec} data`, { reason: "corrupt", cause });
}

function tooLarge(codec: CodecName, maxBytes: number): CompressionError {
  return new CompressionError(`Packed ${codec} data hold more than ${maxBytes} bytes`, {
    reason: "too-large",
  });
}

function lz4Uncompress(bytes: Buffer, maxBytes: number): Buffer {
  const size = lz4UnpackedSize(bytes, maxBytes);
  if (size < 0) throw corrupt("lz4");
  if (size > maxBytes) throw tooLarge("lz4", maxBytes);
  return lz4().decompressFrameSync(bytes);
}

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_VERSION = 1;
const XERIAL_HEADER_BYTES = 16;
const XERIAL_BLOCK_BYTES = 32 * 1024;

function isXerial(bytes: Buffer): boolean {
  return bytes.length >= XERIAL_HEADER_BYTES && bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC);
}

function xerialCompress(bytes: Buffer): Buffer {
  const header = Buffer.alloc(XERIAL_HEADER_BYTES);
  XERIAL_MAGIC.copy(header);
  header.writeInt32BE(XERIAL_VERSION, 8);
  header.writeInt32BE(XERIAL_VERSION, 12); // The oldest version that can read it.
  const pieces: Buffer[] = [header];
  for (let at = 0; at < bytes.length; at += XERIAL_BLOCK_BYTES) {
    const block = snappy().compressSync(bytes.subarray(at, at + XERIAL_BLOCK_BYTES));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    pieces.push(length, block);
  }
  return Buffer.concat(pieces);
}

function xerialUncompress(bytes: Buffer, maxBytes: number): Buffer {
  const blocks: Buffer[] = [];
  let left = maxBytes;
  let at = XERIAL_HEADER_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw corrupt("snappy");
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0 || length > bytes.length - at) throw corrupt("snappy");
    const block = snappyBlock(bytes.subarray(at, at + length), left);
    left -= block.length;
    blocks.push(block);
    at += length;
  }
  return Buffer.concat(blocks);
}

/** A raw snappy block begins with the length it unpacks to, as a varint; the library allocates that much. */
function snappyBlock(block: Buffer, maxBytes: number): Buffer {
  let size = 0;
  let at = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= block.length || shift > 28) throw corrupt("snappy");
    const byte = block[at++]!;
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > maxBytes) throw tooLarge("snappy", maxBytes);
  return snappy().uncompressSync(block, { asBuffer: true }) as Buffer;
}
