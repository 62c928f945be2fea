/** What a ClusterClient has done and what it has under way. Counters only rise; the last four go up and down. */
export interface ClientMetrics {
  /** Connections that were made. */
  connectionsOpened: number;
  /** Attempts to connect that failed. */
  connectionsFailed: number;
  /** Connections that ended without being closed on purpose. */
  connectionsLost: number;
  /** Requests, those that are never answered (acks=0) as well. */
  requestsSent: number;
  /** Answers, also those that say an error. */
  responsesReceived: number;
  /** Requests that got no answer within `requestTimeoutMs`. */
  requestTimeouts: number;
  /** Bytes of requests, before TLS. */
  bytesSent: number;
  /** Bytes of answers. */
  bytesReceived: number;
  /** Calls that were tried again after a failure. */
  retries: number;
  /** Times that the cluster was asked for its brokers and topics. */
  metadataRequests: number;
  /** Milliseconds that brokers asked this client to hold back (quotas). */
  throttledMs: number;

  /** Connections that are open now. */
  connections: number;
  /** Requests that wait for their answers now. */
  requestsInFlight: number;
  /** Bytes of those requests. */
  bytesInFlight: number;
  /** Requests that wait for others to be answered first, since as many are in flight as may be. */
  requestsWaiting: number;
}

export function newClientMetrics(): ClientMetrics {
  return {
    connectionsOpened: 0,
    connectionsFailed: 0,
    connectionsLost: 0,
    requestsSent: 0,
    responsesReceived: 0,
    requestTimeouts: 0,
    bytesSent: 0,
    bytesReceived: 0,
    retries: 0,
    metadataRequests: 0,
    throttledMs: 0,
    connections: 0,
    requestsInFlight: 0,
    bytesInFlight: 0,
    requestsWaiting: 0,
  };
}
