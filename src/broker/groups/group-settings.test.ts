import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokerConfig } from "../../core/cluster/config/broker-config.ts";
import { DEFAULT_GROUP_CONFIG } from "../../core/groups/group-config.ts";
import { groupSettings } from "./group-settings.ts";

test("groupSettings of an empty configuration are Kafka's defaults", () => {
  assert.deepEqual(groupSettings(new BrokerConfig()), DEFAULT_GROUP_CONFIG);
});
