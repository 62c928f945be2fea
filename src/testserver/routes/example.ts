/** What the examples of the document are made of. */

export const exampleBroker = {
  id: "b1",
  bootstrapServers: "127.0.0.1:40123",
  state: "running",
  nowMs: 1_767_225_600_000,
} as const;

export const exampleRecord = {
  topic: "orders",
  partition: 0,
  offset: 0,
  timestampMs: 1_767_225_600_000,
  key: { base64: "NDI=", text: "42", json: 42 },
  value: { base64: "eyJjb3VudCI6Mn0=", text: '{"count":2}', json: { count: 2 } },
  headers: { source: "shop" },
};

export const exampleFault = {
  id: "f1",
  text: 'fail("Produce", "NOT_LEADER_OR_FOLLOWER", { times: 2 }): 1 hit',
  hits: 1,
  isActive: true,
};

export const exampleRequest = {
  sequence: 21,
  atMs: 1_767_225_600_000,
  doneAtMs: 1_767_225_600_004,
  api: "OffsetCommit",
  apiVersion: 8,
  clientId: "billing",
  outcome: "answered",
  errors: [],
  text: '#21 00:00:00.000 OffsetCommit v8 from "billing": answered',
} as const;
