import assert from "node:assert/strict";
import test from "node:test";
import { millraceKeys } from "../../../tables/config-keys/millrace-keys.ts";
import { configFault } from "./check-config.ts";
import {
  brokerKeys,
  clientMetricsKeys,
  groupKeys,
  topicKeys,
  type ConfigTable,
} from "../../../tables/config-keys.ts";

const tables: Readonly<Record<string, ConfigTable>> = { brokerKeys, clientMetricsKeys, groupKeys, topicKeys };

test("every default is a value that its own key accepts", () => {
  for (const [table, keys] of Object.entries(tables)) {
    for (const [name, key] of Object.entries(keys)) {
      if (key.default === null || (key.check === "not-empty" && key.default === "")) continue;
      assert.equal(configFault(key, key.default), null, `${table} ${name}=${key.default}`);
    }
  }
});

test("every synonym is a broker key", () => {
  for (const keys of Object.values(tables)) {
    for (const [name, key] of Object.entries(keys)) {
      for (const synonym of key.synonyms ?? []) assert.ok(Object.hasOwn(brokerKeys, synonym), name);
    }
  }
});

test("every doc is one sentence", () => {
  for (const keys of Object.values(tables)) {
    for (const [name, key] of Object.entries(keys)) assert.match(key.doc, /^[A-Zm].*[^.]\.$/, name);
  }
});

test("as many keys are described as Kafka 4.3 describes", () => {
  const described = (keys: ConfigTable): number =>
    Object.values(keys).filter((key) => key.internal !== true && key.update !== "dynamic").length;
  assert.deepEqual(
    [described(topicKeys), described(brokerKeys), described(groupKeys), described(clientMetricsKeys)],
    [33, 340 + Object.keys(millraceKeys).length, 17, 3],
  );
});
