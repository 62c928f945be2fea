import type { Figures } from "../figures.ts";

/*
 * One client, one kind of work, one process: what `driver.ts` is told (a JSON object as its argument) and what it prints
 * at its end (a line of JSON).
 */

export const clientNames = ["millrace", "kafkajs", "platformatic", "confluent", "kafka-ts"] as const;
export type ClientName = (typeof clientNames)[number];

/**
 * - `produce-batches`: the client's way of sending many records;
 * - `produce-each`: one record a call, many calls outstanding, as a server with many requests has them;
 * - `produce-serial`: one record a call, each awaited before the next;
 * - `latency`: one record a call at a fixed rate, from when it was due until it is acknowledged;
 * - `consume-batches`, `consume-each`: a group's only member reads from the start; records come many or one at a time.
 */
export type Work =
  | "produce-batches"
  | "produce-each"
  | "produce-serial"
  | "latency"
  | "consume-batches"
  | "consume-each";

export interface Job {
  readonly client: ClientName;
  readonly work: Work;
  /** HOST:PORT. */
  readonly address: string;
  readonly topic: string;
  readonly recordBytes: number;
  readonly isIdempotent: boolean;
  /** What is measured, after as long again (but at most a second) that is not. */
  readonly seconds: number;
  /** Consume: what the topic holds; the job ends when all were read. */
  readonly records: number;
  /** Latency: records a second. */
  readonly rate: number;
}

export type JobReport = { readonly figures: Figures } | { readonly error: string };
