import { problems, type ProblemKind } from "./problem.ts";
import { tags, type Route } from "./route.ts";
import { mergedComponents, type JsonSchema, type Schema } from "./schema.ts";

type Document = Readonly<Record<string, unknown>>;

const DESCRIPTION =
  "Starts Kafka brokers for tests, and moves their time, breaks their connections and looks into them. " +
  "Clients talk Kafka's protocol to a broker's `bootstrapServers`; this API is for the test around them.";

/** The OpenAPI 3.1 document of these routes: what clients are generated from, and what bodies are checked against. */
export function openApiDocument(routes: readonly Route[], version: string): Document {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) (paths[one.path] ??= {})[one.method] = operation(one);
  return {
    openapi: "3.1.1",
    info: { title: "Millrace test server", version, description: DESCRIPTION, license: LICENSE },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { ...mergedComponents(routes.flatMap(schemasOf)), Problem: problemSchema } },
  };
}

const LICENSE = { name: "Apache-2.0", identifier: "Apache-2.0" };

function schemasOf({ body, query, answer }: Route): Schema<unknown>[] {
  return [
    answer.schema,
    ...(body === undefined ? [] : [body.schema]),
    ...(query === undefined ? [] : [query]),
  ];
}

function operation(one: Route): Document {
  const { operationId, tag, summary, description, body, answer } = one;
  const parameters = [...pathParameters(one.path), ...queryParameters(one.query)];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: requestBody(body) }),
    responses: {
      [answer.status]: {
        description: answer.description,
        content: { "application/json": { schema: answer.schema.json, example: answer.example } },
      },
      ...problemAnswers(one),
    },
  };
}

function requestBody({ schema, examples }: NonNullable<Route["body"]>): Document {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }]);
  return {
    // A body of optional fields may be left out.
    required: !Object.values(examples).some(isEmptyObject),
    content: { "application/json": { schema: schema.json, examples: Object.fromEntries(named) } },
  };
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

function pathParameters(path: string): Document[] {
  return parameterNames(path).map((name) => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });
}

function queryParameters(query: Schema<unknown> | undefined): Document[] {
  const properties = Object.entries((query?.json["properties"] ?? {}) as Record<string, JsonSchema>);
  return properties.map(([name, { description, ...schema }]) => {
    return { name, in: "query", ...(description !== undefined && { description }), schema };
  });
}

/** Kinds with one status share an answer. */
function problemAnswers(one: Route): Document {
  const takesInput = one.body !== undefined || one.query !== undefined;
  const kinds: ProblemKind[] = [
    ...(takesInput ? (["bad-request"] as const) : []),
    ...(one.path.includes("{") ? (["not-found"] as const) : []),
    ...(one.body !== undefined ? (["too-large", "not-json"] as const) : []),
    ...(one.problems ?? []),
  ];
  const titles = Map.groupBy(kinds, (kind) => problems[kind].status);
  const answers = [...titles].map(([status, same]) => {
    return [status, problemAnswer(same.map((kind) => problems[kind].title).join("; or: "))] as const;
  });
  return { ...Object.fromEntries(answers), default: problemAnswer("Any other problem") };
}

function problemAnswer(description: string): Document {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

const problemSchema: JsonSchema = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "detail", "instance"],
  properties: {
    type: { type: "string", enum: Object.keys(problems).map((kind) => `/problems/${kind}`) },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "Names the thing and the value, and says what to do instead" },
    instance: { type: "string", description: "The path of the request" },
  },
};
