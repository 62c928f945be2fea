import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { Problem } from "./problem.ts";
import type { Route } from "./route.ts";

const DOCUMENT_ID = "millrace";
const NO_QUERY = { type: "object", additionalProperties: false, properties: {} };
const SHOWN_CHARS_MAX = 60;

/** Checks what comes in against the OpenAPI document itself, so that the two cannot differ. */
export class Validator {
  readonly #bodies: Ajv2020;
  readonly #queries = new Ajv2020({ coerceTypes: true, strict: false, verbose: true });

  constructor(document: Readonly<Record<string, unknown>>) {
    // `strict` knows JSON Schema's words only, and the document has OpenAPI's around them.
    this.#bodies = new Ajv2020({ discriminator: true, strict: false, verbose: true, validateSchema: false });
    this.#bodies.addSchema(document, DOCUMENT_ID);
  }

  /** @throws Problem that names the field, its value and what is wanted. */
  body({ path, method }: Route, body: unknown): void {
    const pointer = `/paths/${escaped(path)}/${method}/requestBody/content/${escaped("application/json")}/schema`;
    const validate = this.#bodies.getSchema(`${DOCUMENT_ID}#${pointer}`);
    if (validate !== undefined) check(validate, body, "the body");
  }

  /** The query's values as the types that the document gives them. @throws Problem likewise. */
  query({ query }: Route, values: Readonly<Record<string, string>>): unknown {
    const coerced = { ...values };
    const json = query?.json ?? NO_QUERY;
    check(this.#queries.compile(json), coerced, "the query");
    return coerced;
  }
}

/** As a JSON pointer in a URI fragment has it. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function check(validate: ValidateFunction, value: unknown, whole: string): void {
  if (validate(value)) return;
  const errors = validate.errors ?? [];
  throw new Problem("bad-request", messageOf(mostTelling(errors), whole));
}

/** Of alternatives that all fail, the one that got deepest into the value is the one that was meant. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  const alternatives = errors.find(({ keyword }) => keyword === "anyOf");
  if (alternatives === undefined) return errors[0]!;
  const isDeeper = ({ instancePath }: ErrorObject): boolean =>
    instancePath.length > alternatives.instancePath.length;
  return errors.find(isDeeper) ?? alternatives;
}

function messageOf(
  { instancePath, keyword, params, message, data, parentSchema }: ErrorObject,
  whole: string,
): string {
  const at = instancePath === "" ? whole : `"${placeOf(instancePath)}"`;
  const shown = shownValue(data);
  switch (keyword) {
    case "additionalProperties": {
      const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
      const fields = known.length === 0 ? "it has none" : `they are ${known.join(", ")}`;
      return `${capital(at)} has no field "${String(params["additionalProperty"])}"; ${fields}.`;
    }
    case "required":
      return `${capital(at)} lacks "${String(params["missingProperty"])}".`;
    case "enum":
      return `${capital(at)} is one of ${(params["allowedValues"] as string[]).join(", ")}; got ${shown}.`;
    case "discriminator": {
      const field = String(params["tag"]);
      const value = shownValue((data as Record<string, unknown>)[field]);
      const kinds = refsOf(parentSchema?.["oneOf"]).map((ref) => ref.split("/").at(-1));
      return `"${[...placeParts(instancePath), field].join(".")}" is one of ${kinds.join(", ")}; got ${value}.`;
    }
    case "anyOf":
    case "pattern": {
      const wanted = String(parentSchema?.["description"] ?? "another form");
      return `${capital(at)} takes ${wanted.charAt(0).toLowerCase()}${wanted.slice(1)}; got ${shown}.`;
    }
    default: {
      const wanted = parentSchema?.["description"];
      const hint = typeof wanted === "string" ? ` (${wanted})` : "";
      return `${capital(at)} ${message ?? "is not as the document says"}${hint}; got ${shown}.`;
    }
  }
}

function refsOf(alternatives: unknown): string[] {
  return (alternatives as readonly { $ref: string }[]).map(({ $ref }) => $ref);
}

function placeParts(instancePath: string): string[] {
  return instancePath.split("/").slice(1);
}

/** `/topics/0/name` as `topics.0.name`. */
function placeOf(instancePath: string): string {
  return placeParts(instancePath).join(".");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text;
}
