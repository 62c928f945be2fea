import { route } from "../route.ts";
import { anything, integer, map, object, literal, string } from "../schema.ts";

export const getHealth = route({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  tag: "Server",
  summary: "Whether the test server is there",
  answer: {
    status: 200,
    description: "It is",
    schema: object({ status: literal("ok"), version: string(), brokers: integer({ minimum: 0 }) }),
    example: { status: "ok", version: "0.1.0", brokers: 1 },
  },
  handle: ({ brokers, version }) => ({ status: "ok" as const, version, brokers: brokers.all.length }),
});

export const getDocument = route({
  method: "get",
  path: "/openapi.json",
  operationId: "getDocument",
  tag: "Server",
  summary: "This document",
  answer: {
    status: 200,
    description: "An OpenAPI 3.1 document",
    schema: map(anything()),
    example: { openapi: "3.1.1", info: {}, paths: {} },
  },
  handle: ({ document }) => document,
});
