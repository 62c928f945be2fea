import type { HostedBrokers } from "./hosted-brokers.ts";
import type { Limits } from "./limits.ts";
import type { ProblemKind } from "./problem.ts";
import type { Schema } from "./schema.ts";

export const tags = {
  Server: "The test server itself.",
  Brokers: "Brokers come and go, crash and start again.",
  Time: "A broker's clock follows the real one until it is moved.",
  Faults: "What goes wrong on purpose, and how often it has.",
  Looking: "What is in the topics, who asked what, and how groups came to where they are.",
  Checking: "Whether the application under test commits only what it has processed.",
  Snapshots: "Back to any moment, in milliseconds.",
} as const;

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** What a handler is given: all of it is as the schemas say. */
export interface Call<Path extends string, Body, Query> {
  readonly brokers: HostedBrokers;
  readonly limits: Limits;
  readonly params: Readonly<Record<ParameterNames<Path>, string>>;
  readonly body: Body;
  readonly query: Query;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly document: Readonly<Record<string, unknown>>;
  /** Of this package. */
  readonly version: string;
}

interface RouteDefinition<Path extends string, Body, Query, Answer> {
  readonly method: "get" | "post" | "delete";
  /** As in OpenAPI: `/brokers/{brokerId}`. */
  readonly path: Path;
  readonly operationId: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string;
  readonly body?: { readonly schema: Schema<Body>; readonly examples: Readonly<Record<string, Body>> };
  /** An object of optional strings, integers and booleans. */
  readonly query?: Schema<Query>;
  readonly answer: {
    readonly status: 200 | 201;
    readonly description: string;
    readonly schema: Schema<Answer>;
    readonly example: Answer;
  };
  /** Besides those that every route can have: bad-request, not-found of an id in the path, internal. */
  readonly problems?: readonly ProblemKind[];
  handle(call: Call<Path, Body, Query>): Answer | Promise<Answer>;
}

/** One operation: what it takes and gives, what its page in the document says, and what it does. */
export type Route = RouteDefinition<string, unknown, unknown, unknown>;

/** Ties the types of a route's parts together. */
export function route<Path extends string, Answer, Body = undefined, Query = undefined>(
  definition: RouteDefinition<Path, Body, Query, Answer>,
): Route {
  // Whoever calls it checks by its schemas first, so that the handler gets the types it asked for.
  return definition;
}
