import type { Clock } from "../ports/clock.ts";
import type { LogSink } from "../ports/log-sink.ts";

/** Something that the broker had to say. */
export interface LogLine {
  readonly atMs: number; // The broker's wall clock.
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const LINES_MAX = 1000;

/** Keeps the last of what the broker says instead of printing it: a test is quiet unless it fails. */
export class EventLog implements LogSink {
  readonly #clock: Clock;
  readonly lines: LogLine[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  debug(message: string, fields?: LogLine["fields"]): void {
    this.#add("debug", message, fields);
  }

  info(message: string, fields?: LogLine["fields"]): void {
    this.#add("info", message, fields);
  }

  warn(message: string, fields?: LogLine["fields"]): void {
    this.#add("warn", message, fields);
  }

  error(message: string, fields?: LogLine["fields"]): void {
    this.#add("error", message, fields);
  }

  #add(level: LogLine["level"], message: string, fields: LogLine["fields"] = {}): void {
    this.lines.push({ atMs: this.#clock.now(), level, message, fields });
    if (this.lines.length > 2 * LINES_MAX) this.lines.splice(0, LINES_MAX);
  }
}
