/** What can go wrong, with the status it has in HTTP and its title in the document. */
export const problems = {
  "bad-request": { status: 400, title: "The request is not as the document says" },
  "browser-refused": { status: 403, title: "Web pages have no business here" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This path does not take the method" },
  conflict: { status: 409, title: "It cannot be done as things are" },
  "limit-reached": { status: 409, title: "There are as many as there may be" },
  "too-large": { status: 413, title: "The body is too large" },
  "not-json": { status: 415, title: "The body must be JSON" },
  "wait-timeout": { status: 504, title: "What was waited for did not come in time" },
  internal: { status: 500, title: "The test server has a bug" },
} as const;

export type ProblemKind = keyof typeof problems;

/** A refusal on its way to the client, as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly kind: ProblemKind;

  /** `detail` names the thing and the value, and says what to do instead. */
  constructor(kind: ProblemKind, detail: string) {
    super(detail);
    this.name = "Problem";
    this.kind = kind;
  }
}

export function problemBody({ kind, message }: Problem, instance: string): Record<string, unknown> {
  const { status, title } = problems[kind];
  return { type: `/problems/${kind}`, title, status, detail: message, instance };
}

/** `There is no snapshot "s9"; there are s1, s2.` */
export function notFound(noun: string, id: string, known: Iterable<string>): Problem {
  const ids = [...known];
  const shown = ids.slice(0, KNOWN_MAX).join(", ") + (ids.length > KNOWN_MAX ? ", ..." : "");
  const others = ids.length === 0 ? `there is no ${noun} at all` : `there are ${shown}`;
  return new Problem("not-found", `There is no ${noun} "${id}"; ${others}.`);
}

const KNOWN_MAX = 5;
