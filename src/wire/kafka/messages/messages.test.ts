import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DecodeError, Reader } from "../reader.ts";
import { decodeStruct, encodeStruct, isFlexible, type VersionedStruct } from "../schema.ts";
import { arbitraryOf } from "../../../../test/support/arbitrary.ts";
import { Writer } from "../writer.ts";
import { allMessages } from "./index.ts";

const RUNS = 10;

function* versionsOf(table: VersionedStruct): Generator<number> {
  for (let version = table.versions[0]; version <= table.versions[1]; version += 1) yield version;
}

function valuesOf(table: VersionedStruct, version: number): fc.Arbitrary<unknown> {
  return arbitraryOf(table.body, { version, flexible: isFlexible(table, version), nullable: false });
}

function encoded(table: VersionedStruct, version: number, value: unknown): Buffer {
  const writer = new Writer();
  encodeStruct(table, version, writer, value);
  return Buffer.concat(writer.finish());
}

for (const { name, request, response } of allMessages) {
  test(`${name} decodes what it encodes, at every version and in both directions`, () => {
    for (const table of [request, response]) {
      for (const version of versionsOf(table)) {
        const property = fc.property(valuesOf(table, version), (value) => {
          const reader = new Reader(encoded(table, version, value));
          assert.deepEqual(decodeStruct(table, version, reader), value);
          assert.equal(reader.remaining, 0);
        });
        fc.assert(property, { numRuns: RUNS });
      }
    }
  });

  test(`${name} refuses bytes that are cut short, and no other way than by DecodeError`, () => {
    for (const table of [request, response]) {
      for (const version of versionsOf(table)) {
        const property = fc.property(valuesOf(table, version), fc.nat(), (value, cut) => {
          const whole = encoded(table, version, value);
          const part = whole.subarray(0, cut % (whole.length + 1));
          decodesOrRefuses(table, version, part);
        });
        fc.assert(property, { numRuns: RUNS });
      }
    }
  });
}

function decodesOrRefuses(table: VersionedStruct, version: number, bytes: Buffer): void {
  try {
    decodeStruct(table, version, new Reader(bytes));
  } catch (error) {
    // Any other error is a bug of the decoder.
    if (!(error instanceof DecodeError)) throw error;
  }
}
