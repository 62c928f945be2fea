/** What a producer has done since it was made, as counters; the two `buffered` ones are of now. */
export interface ProducerMetrics {
  /** Taken into the buffer. */
  recordsSent: number;
  /** Whose acks are satisfied. */
  recordsAcknowledged: number;
  /** Given up: refused, or not acknowledged in time. */
  recordsFailed: number;
  /** Batches that left, retries included. */
  batchesSent: number;
  /** Whose acks are satisfied. */
  batchesAcknowledged: number;
  /** Given up: refused, or not acknowledged in time. */
  batchesFailed: number;
  /** Batches that a broker found too large and that were cut in two. */
  batchesSplit: number;
  /** Bytes of batches that left, after compression, retries included. */
  bytesSent: number;
  /** Produce requests: many batches for one broker travel in one. */
  requestsSent: number;
  /** Batches that were sent again. */
  retries: number;
  /** Producer ids that the cluster gave. */
  identities: number;
  /** Times that `send` had to wait for memory or metadata. */
  waits: number;
  /** Memory of batches that are not acknowledged. */
  bufferedBytes: number;
  /** Batches that are not acknowledged. */
  bufferedBatches: number;
}

export function newProducerMetrics(): ProducerMetrics {
  return {
    recordsSent: 0,
    recordsAcknowledged: 0,
    recordsFailed: 0,
    batchesSent: 0,
    batchesAcknowledged: 0,
    batchesFailed: 0,
    batchesSplit: 0,
    bytesSent: 0,
    requestsSent: 0,
    retries: 0,
    identities: 0,
    waits: 0,
    bufferedBytes: 0,
    bufferedBatches: 0,
  };
}
