import type { CodecName } from "../../base/compression.ts";
import { ClientError } from "../client-error.ts";
import type { Serializer } from "../serializers.ts";

/** 0: nobody answers; 1: the leader has it; -1 ("all"): every in-sync replica has it. */
export type Acks = 0 | 1 | -1;

/** Named as Kafka's own settings, with the unit; in brackets what they are called there. */
export interface ProducerSettings {
  /** When a record counts as stored [acks]. -1 by default. */
  readonly acks: Acks;
  /**
   * Bytes of one partition's records that travel together at most [batch.size]. 64 KiB by default: with Kafka's 16 KiB
   * a request for each of them would cost more than their records.
   */
  readonly batchSizeBytes: number;
  /**
   * Milliseconds that a batch which is not full waits for company [linger.ms]. 0 by default: what is sent in one turn
   * of the event loop travels together anyway, and under load batches fill while others are on their way.
   */
  readonly lingerMs: number;
  /** Bytes of memory for records that are not acknowledged yet [buffer.memory]. 32 MiB by default. */
  readonly bufferMemoryBytes: number;
  /** How batches are compressed [compression.type]: "gzip", "snappy", "lz4", "zstd"; "none" by default. */
  readonly compression: CodecName;
  /** gzip 1 to 9, zstd -131072 to 22; the library's own default when absent. */
  readonly compressionLevel?: number | undefined;
  /** No duplicates and no reordering by retries [enable.idempotence]. True by default, unless acks is 0. */
  readonly isIdempotent: boolean;
  /**
   * Requests to one broker that wait for their answers [max.in.flight.requests.per.connection]. 5 by default, the most
   * that an idempotent producer may have. Without idempotence 1, because with more a retry is overtaken by others.
   */
  readonly maxInFlight: number;
  /** Bytes of one record, and of one request, at most [max.request.size]. 1 MiB by default. */
  readonly maxRequestSizeBytes: number;
  /** Milliseconds from `send` until a record that is still not acknowledged is given up [delivery.timeout.ms]. 2 min. */
  readonly deliveryTimeoutMs: number;
  /** Milliseconds that `send` waits for memory or for its topic to be found [max.block.ms]. 1 min by default. */
  readonly maxBlockMs: number;
}

export interface ProducerOptions<K = string | Buffer | null, V = string | Buffer | null> extends Partial<
  Omit<ProducerSettings, "acks">
> {
  readonly acks?: Acks | "all";
  /** Strings (as UTF-8), buffers and null need none. */
  readonly keySerializer?: Serializer<NonNullable<K>>;
  /** Makes bytes of values; null is a tombstone and stays null. */
  readonly valueSerializer?: Serializer<NonNullable<V>>;
}

/** As many as a broker remembers per producer and partition, so that it can tell a retry from a new batch. */
const IDEMPOTENT_IN_FLIGHT_MAX = 5;

export const PRODUCER_DEFAULTS: ProducerSettings = {
  acks: -1,
  batchSizeBytes: 64 * 1024,
  lingerMs: 0,
  bufferMemoryBytes: 32 * 1024 * 1024,
  compression: "none",
  isIdempotent: true,
  maxInFlight: IDEMPOTENT_IN_FLIGHT_MAX,
  maxRequestSizeBytes: 1024 * 1024,
  deliveryTimeoutMs: 120_000,
  maxBlockMs: 60_000,
};

const BATCH_SIZE_BYTES_MAX = 512 * 1024 * 1024;

/** @throws ClientError `invalid` that names the setting, its value and what it may be. */
export function producerSettings<K, V>(options: ProducerOptions<K, V>): ProducerSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const acks = options.acks === "all" ? -1 : (options.acks ?? PRODUCER_DEFAULTS.acks);
  const isIdempotent = options.isIdempotent ?? acks !== 0;
  const settings: ProducerSettings = {
    ...PRODUCER_DEFAULTS,
    isIdempotent,
    maxInFlight: isIdempotent ? IDEMPOTENT_IN_FLIGHT_MAX : 1,
    ...(Object.fromEntries(given) as Partial<ProducerSettings>),
    acks,
  };
  check(settings);
  return settings;
}

function check(settings: ProducerSettings): void {
  const { acks, isIdempotent, maxInFlight } = settings;
  mustBe(acks === 0 || acks === 1 || acks === -1, `acks is 0, 1 or "all", not ${String(acks)}`);
  mustBe(!isIdempotent || acks !== 0, "an idempotent producer needs acks 1 or all, not 0");
  mustBe(
    !isIdempotent || maxInFlight <= IDEMPOTENT_IN_FLIGHT_MAX,
    `an idempotent producer has maxInFlight of 1 to ${IDEMPOTENT_IN_FLIGHT_MAX}, not ${maxInFlight}`,
  );
  inRange(settings, "maxInFlight", 1, 1_000);
  inRange(settings, "batchSizeBytes", 1, BATCH_SIZE_BYTES_MAX);
  inRange(settings, "maxRequestSizeBytes", 1, BATCH_SIZE_BYTES_MAX);
  inRange(settings, "bufferMemoryBytes", 1, Number.MAX_SAFE_INTEGER);
  inRange(settings, "lingerMs", 0, settings.deliveryTimeoutMs);
  inRange(settings, "deliveryTimeoutMs", 1, Number.MAX_SAFE_INTEGER);
  inRange(settings, "maxBlockMs", 0, Number.MAX_SAFE_INTEGER);
}

type NumberName = Exclude<
  keyof ProducerSettings,
  "acks" | "compression" | "compressionLevel" | "isIdempotent"
>;

function inRange(settings: ProducerSettings, ...[name, min, max]: [NumberName, number, number]): void {
  const value = settings[name];
  mustBe(value >= min && value <= max, `${name} is from ${min} to ${max}, not ${value}`);
}

function mustBe(condition: boolean, rule: string): void {
  if (!condition) throw new ClientError("invalid", `Cannot make this producer: ${rule}`);
}
