import { DecodeError, Reader } from "../reader.ts";
import { Writer } from "../writer.ts";
import type { AnyCodec } from "./type.ts";

/** A field of the tagged section (KIP-482) at one version. */
export interface CompiledTag {
  readonly id: number;
  readonly name: string;
  readonly codec: AnyCodec;
  readonly isDefault: (value: unknown) => boolean;
}

/** More tagged fields than this in one section are refused before they are looked at. */
const TAG_COUNT_MAX = 10_000;

/** Skips what it does not know. Kafka takes tags in any order and repeatedly; the last one wins. */
export function readTags(reader: Reader, tags: readonly CompiledTag[], into: Record<string, unknown>): void {
  const count = reader.uvarint();
  if (count > TAG_COUNT_MAX) throw new DecodeError(`A section of ${count} tagged fields`);
  for (let i = 0; i < count; i += 1) {
    const id = reader.uvarint();
    const size = reader.uvarint();
    const start = reader.take(size);
    const tag = tags.find((candidate) => candidate.id === id);
    if (tag !== undefined) into[tag.name] = tag.codec.read(new Reader(reader.bytes, start, start + size));
  }
}

export function writeTags(
  writer: Writer,
  tags: readonly CompiledTag[],
  value: Record<string, unknown>,
): void {
  if (tags.length === 0) return writer.uvarint(0);
  const present = tags.filter((tag) => {
    const given = value[tag.name];
    return given !== undefined && !tag.isDefault(given);
  });
  writer.uvarint(present.length);
  for (const tag of present) {
    const content = new Writer();
    tag.codec.write(content, value[tag.name]);
    writer.uvarint(tag.id);
    writer.uvarint(content.length);
    for (const piece of content.finish()) writer.bytes(piece);
  }
}
