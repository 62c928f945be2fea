import { Hono, type Context, type MiddlewareHandler } from "hono";
import { DiskError } from "../ports/disk.ts";
import { NetworkError } from "../ports/network.ts";
import { ArgumentError, RefusedError, WaitTimeoutError } from "../testing/index.ts";
import type { HostedBrokers } from "./hosted-brokers.ts";
import type { Limits } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { Problem, problemBody, problems } from "./problem.ts";
import type { Route } from "./route.ts";
import { Validator } from "./validator.ts";

export interface AppOptions {
  readonly brokers: HostedBrokers;
  readonly limits: Limits;
  readonly version: string;
  readonly routes: readonly Route[];
  /** The name or address that it listens on. */
  readonly host: string;
  /** Told of what is a bug of ours. */
  readonly onBug: (error: Error) => void;
}

/** Routes as a function from a request to its answer. */
export function createApp({ brokers, limits, version, routes, host, onBug }: AppOptions): Hono {
  const app = new Hono();
  const document = openApiDocument(routes, version);
  const validator = new Validator(document);
  app.onError((error, context) => {
    if (context.req.raw.signal.aborted) return new Response(null, { status: CLIENT_GONE });
    const problem = problemOf(error);
    if (problem.kind === "internal") onBug(error);
    return answerProblem(context, problem);
  });
  app.use(browserRefusal(host));
  for (const one of routes) {
    app.on(one.method.toUpperCase(), one.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (context) => {
      const body = one.body === undefined ? undefined : await readBody(context, limits.bodyBytesMax);
      validator.body(one, body);
      const query = validator.query(one, context.req.query());
      const { signal } = context.req.raw;
      const params = context.req.param();
      const call = { brokers, limits, version, document, params, body, query, signal };
      return context.json((await one.handle(call)) as object, one.answer.status);
    });
  }
  app.notFound((context) => answerProblem(context, noRoute(context, routes)));
  return app;
}

/**
 * A page in a browser can send requests to loopback, too, and under a name of its own that leads here even read the
 * answers. Nobody who drives tests does it from there.
 */
function browserRefusal(listenHost: string): MiddlewareHandler {
  const isOnLoopback = LOOPBACK.test(listenHost);
  return async ({ req }, next) => {
    const origin = req.header("origin");
    if (origin !== undefined) {
      throw new Problem(
        "browser-refused",
        `The test server takes nothing from web pages, such as ${origin}.`,
      );
    }
    const { hostname } = new URL(req.url);
    if (isOnLoopback && !LOOPBACK.test(hostname)) {
      throw new Problem(
        "browser-refused",
        `"${hostname}" is none of this server's names; call it 127.0.0.1.`,
      );
    }
    await next();
  };
}

/** Nobody reads it: what the client waited for ended with its connection. */
const CLIENT_GONE = 499;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

async function readBody(context: Context, bytesMax: number): Promise<unknown> {
  const text = await readText(context, bytesMax);
  if (text === "") return {};
  const type = context.req.header("content-type") ?? "nothing";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(
      "not-json",
      `The body must be sent with "Content-Type: application/json", it came with ${type}.`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem("bad-request", `The body is no JSON: ${(error as SyntaxError).message}.`);
  }
}

/** Reads no further than it must to see that a body is too large, whatever its head says. */
async function readText(context: Context, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) {
      // What is left of the body is not read, so nothing can follow it on this connection.
      context.header("connection", "close");
      throw new Problem("too-large", `A body has at most ${bytesMax} bytes (--body-bytes-max).`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function noRoute({ req }: Context, routes: readonly Route[]): Problem {
  const known = routes.filter(({ path }) => pathPattern(path).test(req.path));
  if (known.length > 0) {
    const methods = known.map(({ method }) => method.toUpperCase()).join(", ");
    return new Problem("method-not-allowed", `"${req.path}" takes ${methods}, not ${req.method}.`);
  }
  return new Problem(
    "not-found",
    `There is nothing at "${req.path}"; GET /openapi.json lists what there is.`,
  );
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

/** What the broker inside a test throws, as what it means for a client. */
function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof WaitTimeoutError) return new Problem("wait-timeout", error.message);
  if (error instanceof ArgumentError) return new Problem("bad-request", error.message);
  if (error instanceof RefusedError) return new Problem("conflict", error.message);
  if (error instanceof DiskError) return new Problem("conflict", error.message);
  if (error instanceof NetworkError) return new Problem("conflict", error.message);
  return new Problem("internal", `${error.message} (please report this; the test server printed more)`);
}

function answerProblem(context: Context, problem: Problem): Response {
  const { status } = problems[problem.kind];
  return context.json(problemBody(problem, context.req.path), status, {
    "content-type": "application/problem+json",
  });
}
