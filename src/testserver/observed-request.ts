import { errorNames } from "../tables/errors.ts";
import type { ObservedRequest } from "../testing/index.ts";
import {
  anything,
  array,
  integer,
  map,
  named,
  nullable,
  object,
  oneOfWords,
  optional,
  string,
  type TypeOf,
} from "./schema.ts";
import { timeMs } from "./shared-schemas.ts";
import { viewBody } from "./views.ts";

const body = map(anything(), {
  description: "Decoded, with Kafka's field names in camel case; bytes as Bytes",
});

export const observedRequest = named(
  "ObservedRequest",
  object({
    sequence: integer({ minimum: 1, description: "Its place among all requests" }),
    atMs: timeMs,
    doneAtMs: nullable(timeMs),
    api: string(),
    apiVersion: integer({ minimum: 0 }),
    clientId: string(),
    outcome: oneOfWords(["pending", "answered", "refused", "lost", "disconnected"], {
      description:
        "`refused` by a fault without being carried out; `lost`: carried out, and the connection broken before the " +
        "answer; `disconnected` before it was carried out",
    }),
    errors: array(oneOfWords(errorNames), { description: "The errors in its answer, each once" }),
    text: string({ description: "One line for people" }),
    request: optional(body),
    answer: optional(nullable(body)),
  }),
);

export function viewRequest(seen: ObservedRequest): TypeOf<typeof observedRequest> {
  const { sequence, atMs, doneAtMs, api, apiVersion, clientId, outcome, errors } = seen;
  return { sequence, atMs, doneAtMs, api, apiVersion, clientId, outcome, errors, text: seen.toString() };
}

export function viewRequestWithBodies(seen: ObservedRequest): TypeOf<typeof observedRequest> {
  const request = viewBody(seen.request) as TypeOf<typeof body>;
  const answer = viewBody(seen.answer) as TypeOf<typeof body> | null;
  return { ...viewRequest(seen), request, answer };
}
