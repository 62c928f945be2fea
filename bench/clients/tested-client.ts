/** What of a client is measured; each adapter does it in the way that the client's own documentation recommends. */
export interface TestedClient {
  producer(address: string, settings: ProducerSettings): Promise<TestedProducer>;
  consume(address: string, settings: ConsumerSettings): Promise<TestedConsumer>;
}

/** The same for every client, as far as it has such a setting. Always acks=all, uncompressed. */
export interface ProducerSettings {
  readonly topic: string;
  readonly isIdempotent: boolean;
  readonly lingerMs: number;
  readonly batchBytes: number;
  /** So many of `sendOne` will wait for their answers at a time, at most. */
  readonly callsOutstanding: number;
}

export interface TestedProducer {
  /** Resolves when all are acknowledged. */
  sendMany(values: readonly Buffer[]): Promise<unknown>;
  sendOne(value: Buffer): Promise<unknown>;
  close(): Promise<void>;
}

/** From the start of the topic, offsets committed as the client does it by itself. */
export interface ConsumerSettings {
  readonly topic: string;
  readonly groupId: string;
  readonly handling: "batches" | "each";
  /** Told of every record, or of every batch, as it is handed over. */
  readonly onRecords: (count: number, bytes: number) => void;
}

export interface TestedConsumer {
  close(): Promise<void>;
}

/** What all consumers may ask for at once; the default of most is less. */
export const FETCH_BYTES_MAX = 10 * 1024 * 1024;
export const FETCH_WAIT_MS = 100;
