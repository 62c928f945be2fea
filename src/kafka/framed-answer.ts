const PREFIX_BYTES = 4;
const HEADER_BYTES = 8; // Length and correlation id.

/**
 * An answer ready for the socket: length, response header, body. A compact header ends with an empty tagged
 * section (KIP-482). Small bodies are joined with the header, since one small buffer is cheaper to send than two.
 */
export function framedAnswer(correlationId: number, isCompact: boolean, body: Buffer[]): Buffer[] {
  let bodyBytes = 0;
  for (const piece of body) bodyBytes += piece.length;
  const headerBytes = isCompact ? HEADER_BYTES + 1 : HEADER_BYTES;
  const first = body[0];
  const joins = first !== undefined && first.length <= JOIN_BYTES_MAX;
  const head = Buffer.allocUnsafe(headerBytes + (joins ? first.length : 0));
  head.writeInt32BE(headerBytes - PREFIX_BYTES + bodyBytes, 0);
  head.writeInt32BE(correlationId, PREFIX_BYTES);
  if (isCompact) head[HEADER_BYTES] = 0;
  if (!joins) return [head, ...body];
  first.copy(head, headerBytes);
  return body.length === 1 ? [head] : [head, ...body.slice(1)];
}

const JOIN_BYTES_MAX = 4096;
