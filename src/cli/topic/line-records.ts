const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The lines of a stream of bytes, without their ends (\n or \r\n); a last line without an end counts. */
export async function* lines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      held.push(chunk.subarray(start, end));
      yield withoutReturn(held.length === 1 ? held[0]! : Buffer.concat(held));
      held = [];
      start = end + 1;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
  }
  if (held.length > 0) yield withoutReturn(Buffer.concat(held));
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

export interface LineOptions {
  /** Null: the whole line is the value. */
  readonly keyDelimiter: string | null;
  /** An empty key or value is a null. */
  readonly emptyIsNull: boolean;
}

/** A line as key and value; without the delimiter in it, it has no key. */
export function keyedLine(
  line: Buffer,
  { keyDelimiter, emptyIsNull }: LineOptions,
): { key: Buffer | null; value: Buffer | null } {
  const orNull = (bytes: Buffer): Buffer | null => (emptyIsNull && bytes.length === 0 ? null : bytes);
  const at = keyDelimiter === null ? -1 : line.indexOf(keyDelimiter);
  if (keyDelimiter === null || at < 0) return { key: null, value: orNull(line) };
  const key = line.subarray(0, at);
  return { key: orNull(key), value: orNull(line.subarray(at + Buffer.byteLength(keyDelimiter))) };
}
