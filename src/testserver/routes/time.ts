import { durationMs } from "../../testing/duration.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { object } from "../schema.ts";
import { broker, duration } from "../shared-schemas.ts";
import { viewBroker } from "../views.ts";
import { exampleBroker } from "./example.ts";

const ADVANCE_MAX = "3650d";

export const advanceClock = route({
  method: "post",
  path: "/brokers/{brokerId}/advance",
  operationId: "advanceClock",
  tag: "Time",
  summary: "Move the broker's clock forward",
  description:
    "All that falls due happens, in order: retention, compaction, session and rebalance timeouts, expiry of offsets. " +
    `The answer comes when it is done. At most ${ADVANCE_MAX} at a time.`,
  body: { schema: object({ by: duration }), examples: { week: { by: "7d" } } },
  answer: { status: 200, description: "Time has passed", schema: broker, example: exampleBroker },
  handle: async ({ brokers, params, body: { by } }) => {
    const hosted = brokers.get(params.brokerId);
    if (durationMs(by) > durationMs(ADVANCE_MAX)) {
      throw new Problem("bad-request", `"by" is at most ${ADVANCE_MAX}, got ${JSON.stringify(by)}.`);
    }
    await hosted.broker.advance(by);
    return viewBroker(hosted);
  },
});

export const freezeClock = route({
  method: "post",
  path: "/brokers/{brokerId}/freeze",
  operationId: "freezeClock",
  tag: "Time",
  summary: "Stop the broker's clock",
  description: "Nothing times out until `advance` or `resume`.",
  answer: { status: 200, description: "Time stands still", schema: broker, example: exampleBroker },
  handle: ({ brokers, params }) => {
    const hosted = brokers.get(params.brokerId);
    hosted.broker.freeze();
    return viewBroker(hosted);
  },
});

export const resumeClock = route({
  method: "post",
  path: "/brokers/{brokerId}/resume",
  operationId: "resumeClock",
  tag: "Time",
  summary: "Let the broker's clock go on from where it is",
  answer: { status: 200, description: "Time goes on", schema: broker, example: exampleBroker },
  handle: ({ brokers, params }) => {
    const hosted = brokers.get(params.brokerId);
    hosted.broker.resume();
    return viewBroker(hosted);
  },
});
