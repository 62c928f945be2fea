import type { BrokerConfig } from "../../core/cluster/config/broker-config.ts";

/** Bounds and periods of a `LogStore`. */
export interface LogStoreLimits {
  /** Memory that holds the end of one log. */
  readonly tailBytesPerLog: number;
  /** Memory that holds the ends of all logs. */
  readonly tailBytesTotal: number;
  /** Memory kept for large requests and for the ends of logs. */
  readonly framePoolBytes: number;
  /** Memory kept for reads to come. */
  readonly readPoolBytes: number;
  /** Memory for what is read before it is asked for. */
  readonly readAheadBytes: number;
  readonly openFilesMax: number;
  /** Memory for the indexes of closed segments. */
  readonly indexCacheBytes: number;
  /** A full directory takes writes again once this much is free. */
  readonly roomBytesMin: number;
  /** How long the sync of what nobody waits for may wait for others. */
  readonly syncLingerMs: number;
  readonly checkpointMs: number;
  readonly highWatermarkCheckpointMs: number;
  readonly retentionCheckMs: number;
  readonly producerIdExpirationMs: number;
  /** Infinity: nothing is compacted. */
  readonly cleanerBackoffMs: number;
  readonly cleanerKeyBytesMax: number;
}

const MIB = 1024 * 1024;
/** Kafka takes 128 MiB; a log whose keys do not fit only takes more passes. */
const CLEANER_KEY_BYTES = 32 * MIB;
/** A pause of 0 would never let go of the event loop. */
const CLEANER_BACKOFF_MS_MIN = 100;

/** For stores without a broker's configuration; periods are Kafka's. */
export const defaultLimits: LogStoreLimits = {
  tailBytesPerLog: 8 * MIB,
  tailBytesTotal: 32 * MIB,
  framePoolBytes: 16 * MIB,
  readPoolBytes: 16 * MIB,
  readAheadBytes: 16 * MIB,
  openFilesMax: 1_000,
  indexCacheBytes: 24 * MIB,
  roomBytesMin: 4 * MIB,
  syncLingerMs: 5,
  checkpointMs: 60_000,
  highWatermarkCheckpointMs: 5_000,
  retentionCheckMs: 300_000,
  producerIdExpirationMs: 86_400_000,
  cleanerBackoffMs: 15_000,
  cleanerKeyBytesMax: CLEANER_KEY_BYTES,
};

/** What the broker's configuration says of its logs. */
export function storeLimits(config: BrokerConfig): LogStoreLimits {
  const keyBytes = "log.cleaner.dedupe.buffer.size";
  const backoffMs = Math.max(CLEANER_BACKOFF_MS_MIN, config.number("log.cleaner.backoff.ms"));
  return {
    tailBytesPerLog: config.number("millrace.log.tail.bytes"),
    tailBytesTotal: config.number("millrace.log.tail.bytes.total"),
    framePoolBytes: config.number("millrace.frame.pool.bytes.max"),
    readPoolBytes: config.number("millrace.read.pool.bytes.max"),
    readAheadBytes: config.number("millrace.read.ahead.bytes.max"),
    openFilesMax: config.number("millrace.log.open.files.max"),
    indexCacheBytes: config.number("millrace.log.index.cache.bytes"),
    roomBytesMin: defaultLimits.roomBytesMin,
    syncLingerMs: config.number("millrace.fsync.linger.ms"),
    checkpointMs: config.number("log.flush.offset.checkpoint.interval.ms"),
    highWatermarkCheckpointMs: config.number("replica.high.watermark.checkpoint.interval.ms"),
    retentionCheckMs: config.number("log.retention.check.interval.ms"),
    producerIdExpirationMs: config.number("producer.id.expiration.ms"),
    cleanerBackoffMs: config.boolean("log.cleaner.enable") ? backoffMs : Infinity,
    cleanerKeyBytesMax: config.isSet(keyBytes) ? config.number(keyBytes) : CLEANER_KEY_BYTES,
  };
}
