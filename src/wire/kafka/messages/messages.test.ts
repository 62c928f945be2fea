import { test } from "node:test";
import { refusesDamage, roundTrips, versionsOf } from "../../../../test/support/codec-properties.ts";
import { allMessages } from "./index.ts";

const RUNS = 10;

for (const { name, request, response } of allMessages) {
  test(`${name} decodes what it encodes, at every version and in both directions`, () => {
    for (const table of [request, response]) {
      for (const version of versionsOf(table)) roundTrips(table, version, RUNS);
    }
  });

  test(`${name} refuses damaged bytes by DecodeError alone`, () => {
    for (const table of [request, response]) {
      for (const version of versionsOf(table)) refusesDamage(table, version, RUNS);
    }
  });
}
