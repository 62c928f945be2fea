import type { ErrorName, Fault, FaultFilter, TestBroker } from "../../testing/index.ts";
import { route } from "../route.ts";
import {
  array,
  integer,
  literal,
  named,
  object,
  optional,
  string,
  variants,
  type TypeOf,
} from "../schema.ts";
import { duration, fault, partitionIndex, topicName } from "../shared-schemas.ts";
import { viewFault } from "../views.ts";
import { exampleFault } from "./example.ts";

const api = string({ description: 'Kafka\'s name of the API, such as "Produce"', minLength: 1 });
/** Which requests are met. All that is stated must hold. */
const filter = {
  times: optional(integer({ minimum: 1, description: "Over after so many; default: until it is lifted" })),
  topic: optional(topicName),
  partition: optional(partitionIndex),
  clientId: optional(string()),
};

const faultOptions = named(
  "FaultOptions",
  variants(
    "kind",
    [
      named(
        "fail",
        object(
          {
            kind: literal("fail"),
            api,
            error: string({ description: 'Kafka\'s name, such as "NOT_LEADER_OR_FOLLOWER"' }),
            ...filter,
          },
          { description: "Requests are answered with an error of Kafka's, and not carried out" },
        ),
      ),
      named(
        "delay",
        object(
          { kind: literal("delay"), api, by: duration, ...filter },
          { description: "Requests are carried out, their answers held back by the broker's clock" },
        ),
      ),
      named(
        "loseAnswer",
        object(
          { kind: literal("loseAnswer"), api, ...filter },
          { description: "Requests are carried out, and the connection breaks instead of an answer" },
        ),
      ),
      named(
        "disconnect",
        object(
          { kind: literal("disconnect"), api: optional(api), ...filter },
          { description: "Connections of such requests break; without an API every connection does, now" },
        ),
      ),
      named(
        "refuseConnections",
        object({ kind: literal("refuseConnections") }, { description: "Nobody gets in" }),
      ),
      named(
        "throttle",
        object(
          { kind: literal("throttle"), by: duration, ...filter },
          { description: "Clients are told in every answer that they are over their quota" },
        ),
      ),
      named(
        "fullDisk",
        object({ kind: literal("fullDisk") }, { description: "The disk takes nothing more" }),
      ),
    ],
    { description: "What goes wrong. Filters narrow down which requests are met" },
  ),
);

function makeFault(broker: TestBroker, wanted: TypeOf<typeof faultOptions>): Fault {
  switch (wanted.kind) {
    case "fail":
      return broker.fail(wanted.api, wanted.error as ErrorName, filterOf(wanted));
    case "delay":
      return broker.delay(wanted.api, wanted.by, filterOf(wanted));
    case "loseAnswer":
      return broker.loseAnswer(wanted.api, filterOf(wanted));
    case "disconnect":
      return broker.disconnect(wanted.api, filterOf(wanted));
    case "refuseConnections":
      return broker.refuseConnections();
    case "throttle":
      return broker.throttle(wanted.by, filterOf(wanted));
    case "fullDisk":
      return broker.fullDisk();
  }
}

function filterOf({ times, topic, partition, clientId }: FaultFilter): FaultFilter {
  return {
    ...(times !== undefined && { times }),
    ...(topic !== undefined && { topic }),
    ...(partition !== undefined && { partition }),
    ...(clientId !== undefined && { clientId }),
  };
}

export const createFault = route({
  method: "post",
  path: "/brokers/{brokerId}/faults",
  operationId: "createFault",
  tag: "Faults",
  summary: "Let something go wrong from now on",
  description:
    "A request that changes something and is about several topics is refused whole when one of them is meant.",
  body: {
    schema: faultOptions,
    examples: {
      fail: { kind: "fail", api: "Produce", error: "NOT_LEADER_OR_FOLLOWER", times: 2, topic: "orders" },
      delay: { kind: "delay", api: "Fetch", by: "2s" },
      loseAnswer: { kind: "loseAnswer", api: "Produce", times: 1 },
      disconnect: { kind: "disconnect" },
      refuseConnections: { kind: "refuseConnections" },
      throttle: { kind: "throttle", by: "500ms", clientId: "billing" },
      fullDisk: { kind: "fullDisk" },
    },
  },
  answer: { status: 201, description: "It will happen", schema: fault, example: exampleFault },
  problems: ["conflict", "limit-reached"],
  handle: ({ brokers, params, body }) => {
    const hosted = brokers.get(params.brokerId);
    const id = hosted.addFault((broker) => makeFault(broker, body));
    return viewFault(id, hosted.fault(id));
  },
});

export const listFaults = route({
  method: "get",
  path: "/brokers/{brokerId}/faults",
  operationId: "listFaults",
  tag: "Faults",
  summary: "All faults that were not lifted",
  answer: {
    status: 200,
    description: "In the order in which they were made",
    schema: object({ faults: array(fault) }),
    example: { faults: [exampleFault] },
  },
  handle: ({ brokers, params }) => {
    const { faults } = brokers.get(params.brokerId);
    return { faults: [...faults].map(([id, made]) => viewFault(id, made)) };
  },
});

export const getFault = route({
  method: "get",
  path: "/brokers/{brokerId}/faults/{faultId}",
  operationId: "getFault",
  tag: "Faults",
  summary: "How often a fault has happened",
  answer: { status: 200, description: "So often", schema: fault, example: exampleFault },
  handle: ({ brokers, params: { brokerId, faultId } }) =>
    viewFault(faultId, brokers.get(brokerId).fault(faultId)),
});

export const liftFault = route({
  method: "delete",
  path: "/brokers/{brokerId}/faults/{faultId}",
  operationId: "liftFault",
  tag: "Faults",
  summary: "End a fault",
  answer: {
    status: 200,
    description: "It will not happen any more",
    schema: fault,
    example: { ...exampleFault, isActive: false },
  },
  handle: ({ brokers, params: { brokerId, faultId } }) =>
    viewFault(faultId, brokers.get(brokerId).liftFault(faultId)),
});
