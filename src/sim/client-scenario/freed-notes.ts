import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientEvents } from "../../client/diagnostics.ts";
import type { ClientRun } from "./client-run.ts";

const CHANNEL = "millrace:client:batch.freed";

/** Notes the batches that the run's producers free, as they tell it themselves, until `stop` is called. */
export function noteFreedBatches(run: ClientRun): { stop(): void } {
  const onMessage = (message: unknown) => {
    const { clientId: client, topic, partition, records, reason } = message as ClientEvents["batch.freed"];
    run.note({ kind: "batch-freed", client, topic, partition, records, reason });
  };
  subscribe(CHANNEL, onMessage);
  return { stop: () => void unsubscribe(CHANNEL, onMessage) };
}
