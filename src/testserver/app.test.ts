import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { Validator as OpenApiValidator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Hono } from "hono";
import { createApp } from "./app.ts";
import { HostedBrokers } from "./hosted-brokers.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { problems } from "./problem.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import { Validator } from "./validator.ts";

const document = openApiDocument(routes, "1.2.3");

interface Served {
  readonly app: Hono;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
}

/** The app without a socket before it, with a broker "b1" that has the topic "orders". */
async function served(t: TestContext, changed: Partial<Limits> = {}): Promise<Served> {
  const limits = { ...defaultLimits, ...changed };
  const brokers = new HostedBrokers(limits);
  const onBug = (error: Error): void => assert.fail(error);
  const app = createApp({ brokers, limits, version: "1.2.3", routes, host: "127.0.0.1", onBug });
  t.after(() => brokers.stopAll());
  await brokers.start({ topics: ["orders"] });
  return {
    app,
    async call(method, path, body, headers = { "content-type": "application/json" }) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const init = { method, headers, ...(body !== undefined && { body: text }) };
      const response = await app.request(`http://127.0.0.1${path}`, init);
      const type = response.headers.get("content-type") ?? "";
      return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

test("the document is an OpenAPI 3.1 document, as a published validator has it", async () => {
  const result = await new OpenApiValidator().validate(structuredClone(document));
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
});

test("the document has each route, and nothing else", () => {
  const paths = document["paths"] as Record<string, Record<string, { operationId: string }>>;
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
  );
  const served = routes.map(({ operationId, method, path }) => `${operationId} ${method} ${path}`);
  assert.deepEqual(documented.toSorted(), served.toSorted());
  assert.equal(new Set(routes.map(({ operationId }) => operationId)).size, routes.length);
});

for (const one of routes) {
  test(`the examples of ${one.operationId} are as its schemas say`, () => {
    const validator = new Validator(document);
    for (const example of Object.values(one.body?.examples ?? {})) validator.body(one, example);
    const ajv = new Ajv2020({ discriminator: true, strict: false, validateSchema: false });
    ajv.addSchema(document, "api");
    const { $ref } = one.answer.schema.json as { $ref?: string };
    const schema = $ref === undefined ? inDocument(one.answer.schema.json) : { $ref: `api${$ref}` };
    assert.ok(ajv.validate(schema, one.answer.example), ajv.errorsText());
  });
}

/** A schema of its own, with its references into the document. */
function inDocument(json: object): object {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/components', '"api#/components')) as object;
}

test("what the document offers as examples is carried out", async (t) => {
  const server = await served(t);
  await server.call("POST", "/brokers/b1/snapshots");
  const told = ["createFault", "createBroker", "advanceClock", "noteProcessed"];
  for (const { method, path, body, answer } of routes.filter(({ operationId }) =>
    told.includes(operationId),
  )) {
    for (const [name, example] of Object.entries(body!.examples)) {
      const at = path.replace("{brokerId}", "b1").replace("{groupId}", "billing");
      const { status, body: got } = await server.call(method.toUpperCase(), at, example);
      assert.equal(status, answer.status, `${path} ${name}: ${String(got["detail"])}`);
    }
  }
});

const BAD_BODIES: readonly (readonly [path: string, body: unknown, detail: RegExp])[] = [
  ["/brokers", "{", /The body is no JSON: /],
  ["/brokers", [], /The body must be object; got \[\]/],
  ["/brokers", { topic: "orders" }, /The body has no field "topic"; they are topics, config, port, /],
  ["/brokers", { topics: [{ name: "a", partitions: 0 }] }, /"topics\.0\.partitions" must be >= 1.*; got 0/],
  ["/brokers", { topics: [7] }, /"topics\.0" takes a topic's name, or its options; got 7/],
  ["/brokers", { topics: ["a", "a"] }, /The topic "a" is named twice/],
  ["/brokers", { config: { "log.retention.ms": "long" } }, /Invalid value "long" of "log\.retention\.ms"/],
  ["/brokers", { asVersion: "2.1" }, /"asVersion" is one of 3\.0, .*4\.0, .*; got "2\.1"/],
  ["/brokers/b1/advance", {}, /The body lacks "by"/],
  ["/brokers/b1/advance", { by: "7 days" }, /"by" takes milliseconds, .*"7d"; got "7 days"/],
  ["/brokers/b1/advance", { by: "9999d" }, /"by" is at most 3650d, got "9999d"/],
  ["/brokers/b1/crash", { powerCut: "yes" }, /"powerCut" must be boolean.*; got "yes"/],
  ["/brokers/b1/faults", { kind: "explode" }, /"kind" is one of fail, delay, .*; got "explode"/],
  ["/brokers/b1/faults", { kind: "fail", api: "Produce" }, /The body lacks "error"/],
  ["/brokers/b1/faults", { kind: "fail", api: "Fetch", error: "BROKEN" }, /Kafka has no error "BROKEN"/],
  ["/brokers/b1/faults", { kind: "loseAnswer", api: "Prodcue" }, /Kafka has no API "Prodcue"/],
  ["/brokers/b1/faults", { kind: "delay", api: "Fetch", by: "1s", partition: 0 }, /needs its topic/],
  ["/brokers/b1/wait", { topic: "orders", where: { key: {} } }, /"where\.key" must NOT have fewer than 1/],
  ["/brokers/b1/wait", { topic: "orders", timeout: "1d" }, /at most 600000 ms .*"timeout" is "1d"/],
  ["/brokers/b1/groups/g/processed", { records: [] }, /"records" must NOT have fewer than 1 items; got \[\]/],
];

test("a body that is not as the document says is refused with the field, its value and what is wanted", async (t) => {
  const server = await served(t);
  for (const [path, body, detail] of BAD_BODIES) {
    const answer = await server.call("POST", path, body);
    assert.equal(answer.status, 400, `${path} ${JSON.stringify(body)}`);
    assert.equal(answer.type, "application/problem+json");
    assert.deepEqual(answer.body["type"], "/problems/bad-request");
    assert.match(String(answer.body["detail"]), detail);
  }
});

const BAD_QUERIES: readonly (readonly [path: string, detail: RegExp])[] = [
  ["/brokers/b1/topics/orders/records?limit=0", /"limit" must be >= 1; got 0/],
  ["/brokers/b1/topics/orders/records?from=3", /The query has no field "from"; they are skip, limit/],
  ["/brokers/b1/requests?bodies=yes", /"bodies" must be boolean .*; got "yes"/],
  [
    "/brokers/b1/groups/g/check?delivery=twice",
    /"delivery" is one of at-least-once, exactly-once; got "twice"/,
  ],
  ["/brokers/b1?verbose=1", /The query has no field "verbose"; it has none/],
];

test("a query that is not as the document says is refused likewise", async (t) => {
  const server = await served(t);
  for (const [path, detail] of BAD_QUERIES) {
    const { status, body } = await server.call("GET", path);
    assert.equal(status, 400, path);
    assert.match(String(body["detail"]), detail);
  }
});

test("what is not there is said with what there is", async (t) => {
  const server = await served(t);
  for (const [method, path, detail] of [
    ["GET", "/brokers/b9", /There is no broker "b9"; there are b1\./],
    ["POST", "/brokers/b9/freeze", /There is no broker "b9"/],
    ["DELETE", "/brokers/b1/faults/f1", /There is no fault "f1"; there is no fault at all\./],
    ["POST", "/brokers/b1/snapshots/s3/restore", /There is no snapshot "s3"/],
    ["GET", "/v2/brokers", /There is nothing at "\/v2\/brokers"; GET \/openapi\.json/],
  ] as const) {
    const { status, type, body } = await server.call(method, path);
    assert.deepEqual([status, type, body["instance"]], [404, "application/problem+json", path]);
    assert.match(String(body["detail"]), detail);
  }
});

test("a path that does not take the method says which it takes", async (t) => {
  const server = await served(t);
  const { status, body } = await server.call("PUT", "/brokers/b1");
  assert.equal(status, 405);
  assert.equal(body["detail"], '"/brokers/b1" takes GET, DELETE, not PUT.');
});

test("a web page is refused, by its origin or by a name that leads here", async (t) => {
  const server = await served(t);
  const { status } = await server.call("POST", "/brokers", undefined, { origin: "http://example.com" });
  assert.equal(status, 403);
  const rebound = await server.app.request("http://example.com/brokers");
  assert.equal(rebound.status, 403);
});

test("a body that is no JSON by its type, or larger than allowed, is not read", async (t) => {
  const server = await served(t, { bodyBytesMax: 100 });
  const text = await server.call("POST", "/brokers", "hello", { "content-type": "text/plain" });
  assert.equal(text.status, 415);
  const large = await server.call("POST", "/brokers", { topics: ["x".repeat(100)] });
  assert.equal(large.status, 413);
  assert.match(String(large.body["detail"]), /at most 100 bytes \(--body-bytes-max\)/);
});

test("there are never more brokers, faults, snapshots and processed records than allowed", async (t) => {
  const server = await served(t, { brokersMax: 1, faultsMax: 1, snapshotsMax: 1, processedMax: 2 });
  const one = { records: THREE_RECORDS.slice(0, 1) };
  for (const [path, body, tooMuch] of [
    ["/brokers/b1/faults", { kind: "refuseConnections" }, undefined],
    ["/brokers/b1/snapshots", undefined, undefined],
    ["/brokers/b1/groups/g/processed", one, { records: THREE_RECORDS }],
  ] as const) {
    assert.ok((await server.call("POST", path, body)).status < 300, path);
    const { status, body: problem } = await server.call("POST", path, tooMuch ?? body);
    assert.deepEqual([status, problem["type"]], [409, "/problems/limit-reached"], path);
  }
  const { body } = await server.call("POST", "/brokers");
  assert.match(String(body["detail"]), /There are 1 brokers, as many as may be: DELETE one/);
  await server.call("POST", "/brokers/b1/reset");
  assert.equal((await server.call("POST", "/brokers/b1/groups/g/processed", one)).status, 200);
});

const THREE_RECORDS = [0, 1, 2].map((offset) => ({ topic: "orders", partition: 0, offset }));

const page = readFileSync(new URL("../../docs/test-server.md", import.meta.url), "utf8");

test("the page has a fault of each kind, each as the document says, and every problem", () => {
  const validator = new Validator(document);
  const faults = page.split("\n").filter((line) => line.startsWith('{ "kind"'));
  const createFault = routes.find(({ operationId }) => operationId === "createFault")!;
  for (const fault of faults) validator.body(createFault, JSON.parse(fault));
  const kinds = faults.map((fault) => (JSON.parse(fault) as { kind: string }).kind);
  const examples = Object.values(createFault.body!.examples) as { kind: string }[];
  assert.deepEqual(kinds.toSorted(), examples.map(({ kind }) => kind).toSorted());
  for (const kind of Object.keys(problems))
    assert.ok(kind === "internal" || page.includes(`\`${kind}\``), kind);
});

test("each problem that a route names is one of the catalogue, with its status in the document", () => {
  const paths = document["paths"] as Record<string, Record<string, { responses: Record<string, unknown> }>>;
  const named = routes.flatMap((one: Route) => (one.problems ?? []).map((kind) => [one, kind] as const));
  for (const [{ path, method }, kind] of named) {
    assert.ok(paths[path]![method]!.responses[problems[kind].status], `${path} ${kind}`);
  }
});

test("a wait is over when its broker is, and when its client has gone", async (t) => {
  const server = await served(t);
  const wait = { topic: "orders", timeout: "9m" };
  const ofBroker = server.call("POST", "/brokers/b1/wait", wait);
  const client = new AbortController();
  const ofClient = server.app.request("http://127.0.0.1/brokers/b1/wait", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wait),
    signal: client.signal,
  });
  // One that came later has been heard, and so have those before it.
  assert.equal((await server.call("POST", "/brokers/b1/wait", { ...wait, timeout: 1 })).status, 504);
  client.abort();
  assert.equal((await ofClient).status, 499);
  await server.call("DELETE", "/brokers/b1");
  const { status, body } = await ofBroker;
  assert.deepEqual([status, body["detail"]], [404, 'The broker "b1" has been stopped meanwhile.']);
});
