import { writeSync } from "node:fs";
import type { LogSink } from "../ports/log-sink.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogOptions {
  /** The least severe level that is written; "silent" writes nothing. Default "info". */
  readonly level?: LogLevel | "silent";
  /** One JSON object a line (pino's), or a line for people. Default: people on a terminal, else JSON. */
  readonly format?: "json" | "text";
  /** File descriptor; default 1, standard output. */
  readonly descriptor?: number;
}

type Fields = Readonly<Record<string, unknown>>;
type Write = (level: LogLevel, message: string, fields: Fields | undefined) => void;

const severity = { debug: 20, info: 30, warn: 40, error: 50, silent: 100 } as const;

/** The operator's log on a file descriptor. Lines are written at once, so that none is lost in a crash. */
export function realLogSink(options: LogOptions = {}): LogSink {
  const { level = "info", descriptor = 1 } = options;
  const format = options.format ?? (descriptor === 1 && process.stdout.isTTY ? "text" : "json");
  const write = format === "text" ? textWriter(descriptor) : jsonWriter(level, descriptor);
  const at = (own: LogLevel) =>
    severity[own] < severity[level]
      ? () => {}
      : (message: string, fields?: Fields) => write(own, message, fields);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function textWriter(descriptor: number): Write {
  return (level, message, fields) => {
    const time = new Date().toISOString().slice(0, 23).replace("T", " ");
    const details = Object.entries(fields ?? {}).map(([key, value]) => ` ${key}=${textOf(value)}`);
    writeLine(descriptor, `${time} ${level.toUpperCase().padEnd(5)} ${message}${details.join("")}\n`);
  };
}

function textOf(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === "string" && /^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value) ?? "undefined";
}

function writeLine(descriptor: number, line: string): void {
  try {
    writeSync(descriptor, line);
  } catch {
    // Nobody reads the log any more, or its pipe is full. A broker outlives its log.
  }
}

/** Pino takes 40 ms to load, so the lines of start-up wait for it until the broker has answered its first input. */
function jsonWriter(level: LogLevel | "silent", descriptor: number): Write {
  let logger: Record<LogLevel, (fields: object, message: string) => void> | null = null;
  let waiting: [LogLevel, string, Fields][] | null = null;
  const load = async () => {
    const { pino } = await import("pino");
    const options = { level, timestamp: false, base: { pid: process.pid } };
    logger = pino(options, pino.destination({ fd: descriptor, sync: true }));
    for (const [own, message, fields] of waiting ?? []) logger[own](fields, message);
    waiting = null;
  };
  return (own, message, fields) => {
    const stamped = { time: Date.now(), ...fields };
    if (logger !== null) {
      logger[own](stamped, message);
      return;
    }
    if (waiting === null) {
      waiting = [];
      setImmediate(() => void load());
      // A process that ends before pino came still owes its lines.
      process.once("exit", () => {
        for (const [level_, text, rest] of waiting ?? [])
          writeLine(
            descriptor,
            `${JSON.stringify({ level: severity[level_], pid: process.pid, ...rest, msg: text })}\n`,
          );
      });
    }
    waiting.push([own, message, stamped]);
  };
}
