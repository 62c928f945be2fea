import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** Of 127.0.0.1 and localhost, signed by itself, for a hundred years. The key is no secret: it is for tests. */
export const certificate = read("certificate.pem");
export const privateKey = read("key.pem");
