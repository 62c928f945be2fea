import { CommanderError } from "commander";
import { ClientError, KafkaError } from "../client/client-error.ts";
import { DiskError } from "../ports/disk.ts";
import { NetworkError } from "../ports/network.ts";
import { UsageError } from "./usage.ts";

/** The operator's environment is not as it must be; the message says what to do. */
export class OperatorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "OperatorError";
  }
}

export interface Failure {
  /** Null when it has been printed already. */
  readonly message: string | null;
  /** 1: it failed. 2: the command line was wrong. */
  readonly exitCode: number;
}

/** What the user sees of an error, and how the process ends. A bug keeps its stack, so that it can be reported. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    const isHelp = error.code === "commander.helpDisplayed" || error.code === "commander.version";
    return { message: null, exitCode: isHelp ? 0 : 2 };
  }
  if (error instanceof UsageError) {
    return { message: `error: ${error.message} (--help shows how)`, exitCode: 2 };
  }
  if (error instanceof NetworkError || (error instanceof ClientError && error.kind === "unreachable")) {
    const hint = "Is a broker running there? `millrace start` starts one.";
    return { message: `error: ${error.message}\n${hint}`, exitCode: 1 };
  }
  if (isExpected(error)) return { message: `error: ${error.message}`, exitCode: 1 };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof KafkaError ||
    error instanceof ClientError ||
    error instanceof DiskError ||
    error instanceof OperatorError
  );
}
