import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError, Reader } from "../../src/wire/kafka/reader.ts";
import { decodeStruct, encodeStruct, isFlexible, type VersionedStruct } from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";
import { arbitraryOf } from "./arbitrary.ts";

/* What must hold of every table at every version. */

export function* versionsOf(table: VersionedStruct): Generator<number> {
  for (let version = table.versions[0]; version <= table.versions[1]; version += 1) yield version;
}

/** What a decoder of the table may return at this version. */
export function valuesOf(table: VersionedStruct, version: number): fc.Arbitrary<unknown> {
  return arbitraryOf(table.body, { version, flexible: isFlexible(table, version), nullable: false });
}

export function encoded(table: VersionedStruct, version: number, value: unknown): Buffer {
  const writer = new Writer();
  encodeStruct(table, version, writer, value);
  return writer.toBuffer();
}

/** Asserts that a value is decoded as it was encoded, to the last byte. */
export function roundTrips(table: VersionedStruct, version: number, numRuns: number): void {
  const property = fc.property(valuesOf(table, version), (value) => {
    const reader = new Reader(encoded(table, version, value));
    assert.deepEqual(decodeStruct(table, version, reader), value);
    assert.equal(reader.remaining, 0);
  });
  fc.assert(property, { numRuns });
}

/** Asserts that bytes cut short, overwritten or random decode or are refused, and nothing else. */
export function refusesDamage(table: VersionedStruct, version: number, numRuns: number): void {
  const damage = fc.record({ cut: fc.nat(), place: fc.nat(), noise: fc.uint8Array({ maxLength: 12 }) });
  const property = fc.property(valuesOf(table, version), damage, (value, { cut, place, noise }) => {
    const whole = encoded(table, version, value);
    const overwritten = Buffer.from(whole);
    overwritten.set(
      noise.subarray(0, whole.length - (place % (whole.length + 1))),
      place % (whole.length + 1),
    );
    decodesOrRefuses(table, version, whole.subarray(0, cut % (whole.length + 1)));
    decodesOrRefuses(table, version, overwritten);
    decodesOrRefuses(table, version, Buffer.from(noise));
  });
  fc.assert(property, { numRuns });
}

function decodesOrRefuses(table: VersionedStruct, version: number, bytes: Buffer): void {
  try {
    decodeStruct(table, version, new Reader(bytes));
  } catch (error) {
    // Any other error is a bug of the decoder.
    if (!(error instanceof DecodeError)) throw error;
  }
}
