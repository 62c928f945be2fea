import type { Bench, BrokerName } from "../step.ts";
import { Unavailable } from "../../test/support/rdkafka.ts";
import { BATCH_BYTES, fillTopic } from "./fill-topic.ts";
import { clientSteps, contenderNames, type ClientStep, type ContenderName } from "./steps.ts";
import type { ClientMeasurement } from "./table.ts";

export interface ClientRound {
  readonly round: number;
  readonly broker: BrokerName;
  readonly steps: readonly ClientStep[];
  /** Only the clients whose name matches. */
  readonly clients: RegExp;
  /** What the step before left behind is written first. */
  settleDisk(): void;
  report(measurement: ClientMeasurement): void;
}

export const wantedSteps = (only: RegExp): ClientStep[] => clientSteps.filter(({ name }) => only.test(name));

/** Requests that a broker gets before any that count: a JVM that compiles meanwhile would be charged to who comes first. */
async function warmUp(bench: Bench): Promise<void> {
  await bench.withTopic(1, async (topic) => {
    await fillTopic(bench, topic, { recordBytes: 1_024, bytes: 10e6, batchBytes: 1_024 });
    await fillTopic(bench, topic, { recordBytes: 1_024, bytes: 200e6, batchBytes: BATCH_BYTES });
  });
}

/** Every client at every step at one broker; who comes first changes from round to round. */
export async function benchClients(bench: Bench, round: ClientRound): Promise<void> {
  await warmUp(bench);
  for (const step of round.steps) {
    const wanted = step.contenders.filter((each) => round.clients.test(each));
    const ordered = rotated(wanted, round.round - 1);
    const fill = step.fill;
    if (fill === undefined) {
      for (const contender of ordered) {
        await bench.withTopic(1, (topic) => measure(bench, { round, step, contender, topic, records: 0 }));
      }
      continue;
    }
    await bench.withTopic(1, async (topic) => {
      const records = await fill(bench, topic);
      for (const contender of ordered) await measure(bench, { round, step, contender, topic, records });
    });
  }
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const at = by % Math.max(1, values.length);
  return [...values.slice(at), ...values.slice(0, at)];
}

interface Turn {
  readonly round: ClientRound;
  readonly step: ClientStep;
  readonly contender: ContenderName;
  readonly topic: string;
  readonly records: number;
}

async function measure(bench: Bench, { round, step, contender, topic, records }: Turn): Promise<void> {
  round.settleDisk();
  const name = { round: round.round, broker: round.broker, step: step.name, contender };
  try {
    const figures = await step.run(bench, contender, { topic, records });
    round.report({ ...name, figures, error: null });
  } catch (error) {
    // A client that fails costs its own figures only; the reason stands in the results.
    const reason = error instanceof Unavailable ? `skipped: ${error.message}` : `failed: ${String(error)}`;
    round.report({ ...name, figures: null, error: reason.replaceAll(/\s+/g, " ").slice(0, 500) });
  }
}

export const knownContenders = contenderNames.join(", ");
