import type { InterceptedAnswer, InterceptedRequest, Interceptor } from "../broker/interceptor.ts";
import type { Clock } from "../ports/clock.ts";
import { ApiVersions } from "../wire/kafka/messages/18-api-versions.ts";
import { Reader } from "../wire/kafka/reader.ts";
import { decodeResponse, encodeResponse } from "../wire/kafka/schema.ts";
import { Writer } from "../wire/kafka/writer.ts";
import { answerAsTooNew, asAnsweredBy } from "./as-version.ts";
import type { FaultEffect, RequestFault } from "./fault.ts";
import type { KafkaRelease } from "./kafka-releases.ts";
import { mentions, mentionsOnly, type Place } from "./mentions.ts";
import { ObservedRequest, type Outcome } from "./observed-request.ts";
import { refusedAnswer, refuseParts } from "./refusal.ts";

type Serve = Parameters<Interceptor>[1];
type Respond = Parameters<Interceptor>[2];
type Started = ReturnType<Interceptor>;

/** Above one of these the older half of the history is forgotten. */
const HISTORY_MAX = 40_000;
const HISTORY_BYTES_MAX = 128 * 1024 * 1024;
const THROTTLE_FIELD = "throttleTimeMs";

/** These change nothing, and their answers tell more than they were asked by name: a refusal spares the rest. */
const PARTLY_REFUSED = /^(Metadata|FindCoordinator|ApiVersions|List(?!Offsets)|Describe)/;
const LISTS_WHAT_IT_READS = /^(Fetch|ListOffsets|OffsetFetch|OffsetForLeaderEpoch)$/;

export interface RequestGateOptions {
  readonly clock: Clock;
  /** The id of a topic by its name; newer requests know topics by id alone. */
  readonly topicId: (topic: string) => string | null;
  /** The release that the broker passes itself off as; undefined: what it is. */
  readonly release: KafkaRelease | undefined;
}

/** Stands before every request: notes it down, and does to it what the faults say. */
export class RequestGate {
  readonly #options: RequestGateOptions;
  readonly #faults: RequestFault[] = [];
  readonly #listeners = new Set<(request: ObservedRequest) => void>();
  #history: ObservedRequest[] = [];
  #sequence = 0;
  #historyBytes = 0;

  constructor(options: RequestGateOptions) {
    this.#options = options;
  }

  /** The latest requests, oldest first. */
  get history(): readonly ObservedRequest[] {
    return this.#history;
  }

  /** The number of the request that came last; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  add(fault: RequestFault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    for (const { fault } of this.#faults) fault.remove();
    this.#faults.length = 0;
    this.#history = [];
    this.#historyBytes = 0;
  }

  /** Calls the listener after each request that is over, until the returned function is called. */
  onDone(listener: (request: ObservedRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly intercept: Interceptor = (request, serve, respond) => {
    const observed = this.#note(request);
    const { release } = this.#options;
    const tooNew = release === undefined ? null : answerAsTooNew(release, request);
    if (tooNew !== null) {
      observed.settle("refused", this.#options.clock.now(), null);
      respond(tooNew);
      return;
    }
    const delay = this.#meet(observed, (effect) => effect.kind === "delay");
    const met = this.#meet(observed, (effect) => effect.kind !== "delay");
    const isDelayed = delay?.effect.kind === "delay" && delay.fault.hit();
    const delayMs = isDelayed && delay.effect.kind === "delay" ? delay.effect.delayMs : 0;
    const finish = (outcome: Outcome, answer: InterceptedAnswer, kept = answer): void => {
      const settle = (): void => {
        observed.settle(outcome, this.#options.clock.now(), kept);
        this.#remember(observed);
        respond(answer);
        for (const listener of this.#listeners) listener(observed);
      };
      if (delayMs > 0) this.#options.clock.schedule(delayMs, settle);
      else settle();
    };
    if (met === null) return serve((answer) => finish("answered", this.#disguised(request, answer)));
    return this.#apply(met, { request, observed, serve, finish });
  };

  #disguised(request: InterceptedRequest, answer: InterceptedAnswer): InterceptedAnswer {
    const { release } = this.#options;
    const tellsVersions = release !== undefined && request.message.key === ApiVersions.key;
    return tellsVersions ? asAnsweredBy(release, request, answer) : answer;
  }

  #note(request: InterceptedRequest): ObservedRequest {
    this.#sequence += 1;
    const at = { atMs: this.#options.clock.now(), sequence: this.#sequence };
    const observed = new ObservedRequest(request, at);
    this.#history.push(observed);
    return observed;
  }

  #remember({ sizeBytes }: ObservedRequest): void {
    this.#historyBytes += sizeBytes;
    if (this.#history.length <= HISTORY_MAX && this.#historyBytes <= HISTORY_BYTES_MAX) return;
    this.#history.splice(0, Math.ceil(this.#history.length / 2));
    this.#historyBytes = this.#history.reduce((sum, request) => sum + request.sizeBytes, 0);
  }

  #meet(request: ObservedRequest, isKind: (effect: FaultEffect) => boolean): RequestFault | null {
    return this.#faults.find((one) => isKind(one.effect) && this.#isMeant(one, request)) ?? null;
  }

  #isMeant({ fault, api, filter }: RequestFault, request: ObservedRequest): boolean {
    if (!fault.isActive || (api !== null && api !== request.api)) return false;
    if (filter.clientId !== undefined && filter.clientId !== request.clientId) return false;
    const place = this.#placeOf(filter);
    if (place !== null && !mentions(request.request, place) && request.api !== "Metadata") return false;
    return filter.where === undefined || filter.where(request);
  }

  #placeOf({ topic, partition }: RequestFault["filter"]): Place | null {
    return topic === undefined ? null : { topic, topicId: this.#options.topicId(topic), partition };
  }

  #apply(met: RequestFault, call: MetRequest): Started {
    const { fault, effect } = met;
    const { serve, finish } = call;
    switch (effect.kind) {
      case "fail":
        return this.#fail(met, effect, call);
      case "disconnect":
        fault.hit();
        return finish("disconnected", "close");
      case "lose-answer":
        fault.hit();
        return serve((answer) => finish("lost", "close", answer));
      case "throttle":
        return serve((answer) => {
          const throttled = throttledAnswer(call.request, answer, effect.throttleMs);
          if (throttled !== null && fault.hit()) finish("answered", throttled);
          else finish("answered", answer);
        });
      case "delay":
        return serve((answer) => finish("answered", answer));
    }
  }

  #fail(
    { fault, filter }: RequestFault,
    effect: Failing,
    { request, observed, serve, finish }: MetRequest,
  ): Started {
    const place = this.#placeOf(filter);
    const { name } = request.message;
    const sparesTheRest =
      PARTLY_REFUSED.test(name) ||
      (place !== null && LISTS_WHAT_IT_READS.test(name) && !mentionsOnly(observed.request, place));
    if (!sparesTheRest) {
      fault.hit();
      // A producer that wants no acks hears of failure by a broken connection.
      const isSilent = name === "Produce" && observed.request["acks"] === 0;
      const answer = refusedAnswer(request.message, observed.request, effect);
      return finish("refused", isSilent ? "close" : encoded(request, answer));
    }
    return serve((answer) => {
      if (!Array.isArray(answer)) return finish("answered", answer);
      const body = decoded(request, answer);
      if (!fault.isActive || refuseParts(body, effect, place) === 0) return finish("answered", answer);
      fault.hit();
      finish("refused", encoded(request, body));
    });
  }
}

type Failing = FaultEffect & { readonly kind: "fail" };

interface MetRequest {
  readonly request: InterceptedRequest;
  readonly observed: ObservedRequest;
  readonly serve: Serve;
  readonly finish: (outcome: Outcome, answer: InterceptedAnswer, kept?: Parameters<Respond>[0]) => void;
}

type Tree = Record<string, unknown>;

function decoded({ message, apiVersion }: InterceptedRequest, answer: Buffer[]): Tree {
  return decodeResponse(message, apiVersion, new Reader(Buffer.concat(answer))) as Tree;
}

function encoded({ message, apiVersion }: InterceptedRequest, body: Tree): Buffer[] {
  const writer = new Writer();
  encodeResponse(message, apiVersion, writer, body as never);
  return writer.finish();
}

/** Null for an answer that has no place for it. */
function throttledAnswer(
  request: InterceptedRequest,
  answer: InterceptedAnswer,
  throttleMs: number,
): Buffer[] | null {
  if (!Array.isArray(answer)) return null;
  const body = decoded(request, answer);
  if (!(THROTTLE_FIELD in body)) return null;
  return encoded(request, { ...body, [THROTTLE_FIELD]: throttleMs });
}
