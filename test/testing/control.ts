import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { TestServer } from "../../src/testserver/test-server.ts";
import type { Limits } from "../../src/testserver/limits.ts";
import type { Dialled } from "./clients.ts";

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Operation {
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
}

/** A test server, driven over HTTP as a test in another language drives it; every answer is held against the document. */
export interface Control extends AsyncDisposable {
  readonly url: string;
  call(method: string, path: string, body?: unknown, options?: { signal?: AbortSignal }): Promise<Answer>;
  /** The body of an answer that must be a success. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
}

export async function startControl(limits: Partial<Limits> = {}): Promise<Control> {
  const bugs: Error[] = [];
  const onBug = (error: Error): void => void bugs.push(error);
  const server = await TestServer.start({ host: "127.0.0.1", port: 0, version: "1.2.3", limits, onBug });
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Record<string, unknown>;
  const mustBeAsDocumented = answerCheck(document);
  const call: Control["call"] = async (method, path, body, { signal } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
      ...(signal !== undefined && { signal }),
    });
    const answer = { status: response.status, body: (await response.json()) as Record<string, unknown> };
    mustBeAsDocumented(method, path, answer);
    return answer;
  };
  const succeed = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  return {
    url: server.url,
    call,
    get: (path) => succeed("GET", path),
    post: (path, body) => succeed("POST", path, body),
    delete: (path) => succeed("DELETE", path),
    async [Symbol.asyncDispose]() {
      await server.stop();
      assert.deepEqual(bugs, []);
    },
  };
}

export interface Hosted extends Dialled {
  readonly id: string;
  readonly state: string;
  readonly nowMs: number;
}

export interface Seen {
  readonly records: readonly { readonly value: { readonly text: string; readonly json?: unknown } }[];
  readonly total: number;
  readonly next: number | null;
}

export interface FaultSeen {
  readonly id: string;
  readonly hits: number;
  readonly isActive: boolean;
  readonly text: string;
}

export async function withBroker(
  control: Control,
  options: object = { topics: ["orders"] },
): Promise<Hosted> {
  return await control.post<Hosted>("/brokers", options);
}

export async function valuesOf(control: Control, { id }: Hosted, topic = "orders"): Promise<string[]> {
  const { records } = await control.get<Seen>(`/brokers/${id}/topics/${topic}/records`);
  return records.map(({ value }) => value.text);
}

function answerCheck(
  document: Record<string, unknown>,
): (method: string, path: string, answer: Answer) => void {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  ajv.addSchema(document, "api");
  const paths = Object.entries(document["paths"] as Record<string, Record<string, Operation>>);
  return (method, path, { status, body }) => {
    const [template, operations] = paths.find(([one]) => pattern(one).test(path.split("?")[0]!))!;
    const { responses } = operations[method.toLowerCase()]!;
    const key = String(status) in responses ? String(status) : "default";
    const type = Object.keys(responses[key]!.content)[0]!;
    const pointer = ["paths", template, method.toLowerCase(), "responses", key, "content", type, "schema"];
    const validate = ajv.getSchema(`api#/${pointer.map(escaped).join("/")}`)!;
    assert.ok(validate(body), `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}`);
  };
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
