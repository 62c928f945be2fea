/*
 * What answers on a port is not always a broker. The first bytes tell the usual mistakes apart.
 */

const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 3;

/** What else speaks this way, with what to do about it; null when the bytes may be the size of a Kafka answer. */
export function foreignPeer(firstBytes: Buffer): string | null {
  if (firstBytes.length < 4) return null;
  if (firstBytes.toString("latin1", 0, 4) === "HTTP") {
    return "it speaks HTTP: is this the port of a web server?";
  }
  const isTls = firstBytes[0] === TLS_ALERT || firstBytes[0] === TLS_HANDSHAKE;
  if (isTls && firstBytes[1] === TLS_MAJOR_VERSION) {
    return "it speaks TLS: set the option tls, or use a PLAINTEXT listener";
  }
  return null;
}
