import { errorName } from "../../tables/errors.ts";
import { InitProducerId } from "../../wire/kafka/messages/22-init-producer-id.ts";
import { asError, KafkaError } from "../client-error.ts";
import type { ClusterClient } from "../network/cluster-client.ts";
import type { ProducerIdentity } from "./partition-queue.ts";
import { mayRetry } from "../network/retry.ts";

export interface IdentityOwner {
  /** There is a new id. */
  onIdentity(): void;
  /** There is none, for a reason that may pass: asking again is worth it. */
  onDelayed(): void;
  /** The cluster gives none, for this reason. */
  onRefused(error: Error): void;
}

/** The producer's id: asked for when it is first needed, and again when a partition has used one up. */
export class IdentitySource {
  /** Null before the first answer. */
  current: ProducerIdentity | null = null;
  private readonly client: ClusterClient;
  private readonly owner: IdentityOwner;
  private isAsking = false;

  constructor(client: ClusterClient, owner: IdentityOwner) {
    this.client = client;
    this.owner = owner;
  }

  /** Asks, unless an answer is due; the owner hears of it. */
  ask(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    void this.request();
  }

  private async request(): Promise<void> {
    const body = { transactionalId: null, transactionTimeoutMs: 0 };
    try {
      const { producerId, producerEpoch } = await this.client.request(
        { to: "any" },
        InitProducerId,
        body,
        ({ errorCode }) => {
          if (errorCode !== 0) throw new KafkaError("get a producer id", errorName(errorCode));
        },
      );
      this.isAsking = false;
      this.current = { producerId, producerEpoch };
      this.owner.onIdentity();
    } catch (error) {
      this.isAsking = false;
      // While a broker may come back the records wait: for as long as their delivery may take.
      if (mayRetry(error)) this.owner.onDelayed();
      else this.owner.onRefused(asError(error));
    }
  }
}
