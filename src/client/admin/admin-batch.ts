import { errorName } from "../../tables/errors.ts";
import { asError, KafkaError } from "../client-error.ts";
import type { CallOptions, ClusterClient, Route } from "../network/cluster-client.ts";
import { mayRetry } from "../network/retry.ts";
import type { TopicPartition } from "../topic-partition.ts";

/** Things to do at brokers that may differ from thing to thing, in as few requests as possible. */
export interface Batch<Item, Result> {
  readonly items: readonly Item[];
  routeOf(item: Item): Route | Promise<Route>;
  /** One request to one broker; an outcome for each item, in their order. */
  send(route: Route, items: readonly Item[]): Promise<readonly (Result | Error)[]>;
  /** Forgets what led to a broker that could not help. */
  forget(item: Item): void;
}

type Destination<Item> = Pick<Batch<Item, unknown>, "routeOf" | "forget">;

export function atController(client: ClusterClient): Destination<unknown> {
  return { routeOf: () => ({ to: "controller" }), forget: () => client.forgetController() };
}

/** At the brokers that coordinate these groups: groups of one broker go in one request. */
export function atCoordinator(client: ClusterClient): Destination<string> {
  return {
    routeOf: async (groupId) => ({ to: "node", nodeId: await client.coordinatorOf(groupId) }),
    forget: (groupId) => client.forgetCoordinator(groupId),
  };
}

export function atLeader(client: ClusterClient): Destination<TopicPartition> {
  return {
    async routeOf({ topic, partition }) {
      const { leaderId } = await client.leaderOf(topic, partition);
      return { to: "node", nodeId: leaderId };
    },
    forget: ({ topic }) => client.forgetTopic(topic),
  };
}

/** At the very brokers that are the items. */
export const atNode: Destination<number> = {
  routeOf: (nodeId) => ({ to: "node", nodeId }),
  forget: () => {},
};

interface Answer {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

/** The error in an answer, or null. An answer that is missing is the broker's mistake. */
export function errorIn(action: string, answer: Answer | undefined): KafkaError | null {
  if (answer === undefined)
    return new KafkaError(action, "UNKNOWN_SERVER_ERROR", "it was left out of the answer");
  if (answer.errorCode === 0) return null;
  return new KafkaError(action, errorName(answer.errorCode), answer.errorMessage);
}

/** Some of the things that one call was to do failed; the others are done. */
export class BatchError extends AggregateError {
  /** One for each that failed; each names what was tried. */
  declare readonly errors: Error[];

  constructor(errors: readonly Error[], count: number) {
    super(errors, `${errors.length} of ${count} failed: ${errors.map(({ message }) => message).join("; ")}`);
    this.name = "BatchError";
  }
}

/** A topic that is not there counts as that, not as one that is about to come: who administers wants to know. */
function mayPass(outcome: unknown): boolean {
  const isUnknown = outcome instanceof KafkaError && outcome.code === "UNKNOWN_TOPIC_OR_PARTITION";
  return !isUnknown && mayRetry(outcome);
}

/**
 * Does them all, again those that failed in a way that may pass, within the call's time. The results are in the order
 * of the items.
 * @throws the error itself when there was one item; BatchError when there were more and some of them failed.
 */
export async function inBatches<Item, Result>(
  client: ClusterClient,
  batch: Batch<Item, Result>,
  options: CallOptions = {},
): Promise<Result[]> {
  const outcomes = new Map<Item, Result | Error>();
  let pending = batch.items;
  let passing: Error | null = null;
  const attempt = async (): Promise<void> => {
    await sendRound(batch, pending, outcomes);
    pending = pending.filter((item) => mayPass(outcomes.get(item)));
    passing = pending.length === 0 ? null : (outcomes.get(pending[0]!) as Error);
    if (passing !== null) throw passing;
  };
  try {
    await client.retrying(attempt, () => pending.forEach((item) => batch.forget(item)), options);
  } catch (error) {
    // The time is over: what failed last is each item's outcome.
    if (error !== passing) throw error;
  }
  const results = batch.items.map((item) => outcomes.get(item) as Result | Error);
  const errors = results.filter((result) => result instanceof Error);
  if (errors.length === 0) return results as Result[];
  throw batch.items.length === 1 ? errors[0]! : new BatchError(errors, batch.items.length);
}

async function sendRound<Item, Result>(
  batch: Batch<Item, Result>,
  items: readonly Item[],
  outcomes: Map<Item, Result | Error>,
): Promise<void> {
  const requests = new Map<string, { readonly route: Route; readonly items: Item[] }>();
  const found = items.map(async (item) => {
    try {
      const route = await batch.routeOf(item);
      const key = JSON.stringify(route);
      const request = requests.get(key) ?? { route, items: [] };
      requests.set(key, request);
      request.items.push(item);
    } catch (error) {
      outcomes.set(item, asError(error));
    }
  });
  await Promise.all(found);
  const sent = [...requests.values()].map(async (request) => {
    const answers = await batch.send(request.route, request.items).catch(asError);
    for (const [index, item] of request.items.entries()) {
      outcomes.set(item, answers instanceof Error ? answers : answers[index]!);
    }
  });
  await Promise.all(sent);
}
