/**
 * The topics of a ConsumerProtocolSubscription, or null when the bytes are not one.
 *
 * The layout begins with an int16 version, then an array of strings; later versions only append to it, so one
 * reader serves all of them. What a member sends is its own business, hence junk is an answer and not an error.
 */
export function subscribedTopicsOf(metadata: Buffer): string[] | null {
  if (metadata.length < 6 || metadata.readInt16BE(0) < 0) return null;
  const count = metadata.readInt32BE(2);
  // Each topic takes two bytes at least: a count that cannot be true never makes us allocate.
  if (count < 0 || count > (metadata.length - 6) / 2) return null;
  const topics: string[] = [];
  let at = 6;
  for (let index = 0; index < count; index += 1) {
    if (at + 2 > metadata.length) return null;
    const length = metadata.readInt16BE(at);
    if (length < 0 || at + 2 + length > metadata.length) return null;
    topics.push(metadata.toString("utf8", at + 2, at + 2 + length));
    at += 2 + length;
  }
  return topics;
}
