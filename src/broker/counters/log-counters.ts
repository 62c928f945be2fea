import { Histogram } from "../../base/histogram.ts";

/** What the logs of one log directory have done since the broker started. */
export class LogCounters {
  /** From the lock to the last log: how long the start took to read, and after a crash to verify, the logs. */
  loadSeconds = 0;
  writtenBytes = 0;
  syncedBytes = 0;
  /** Of each file. */
  readonly syncSeconds = new Histogram();
  deletedSegments = 0;
  deletedBytes = 0;
  compactions = 0;
  compactionSeconds = 0;
  compactionReadBytes = 0;
  compactionWrittenBytes = 0;
}
