import { Histogram } from "../../base/histogram.ts";

/** Error codes of Kafka's protocol end well below; one beyond counts as unknown. */
const ERROR_CODES_MAX = 255;
const UNKNOWN_ERROR = -1;

/** What was asked of one API, and how it ended. */
export class ApiCounters {
  /** As the protocol calls the API. */
  readonly api: string;
  /** From when the request was started until its answer was handed to the connection. */
  readonly durationSeconds = new Histogram();
  requests = 0;
  private errors: Float64Array | null = null;

  constructor(api: string) {
    this.api = api;
  }

  /** An answer, or a part of it, says that something failed. */
  countError(code: number): void {
    this.errors ??= new Float64Array(ERROR_CODES_MAX + 2);
    const isKnown = code > UNKNOWN_ERROR && code <= ERROR_CODES_MAX;
    this.errors[isKnown ? code + 1 : 0]! += 1;
  }

  /** Code and count of each error that occurred. */
  *errorCounts(): Iterable<readonly [code: number, count: number]> {
    if (this.errors === null) return;
    for (const [index, count] of this.errors.entries()) if (count > 0) yield [index - 1, count];
  }
}

/** The counters of all APIs that were asked for, found by key without a hash. */
export class RequestCounters {
  private readonly byKey: ApiCounters[] = [];

  of(api: { readonly key: number; readonly name: string }): ApiCounters {
    return (this.byKey[api.key] ??= new ApiCounters(api.name));
  }

  all(): readonly ApiCounters[] {
    return this.byKey.filter((counters) => counters !== undefined);
  }
}
