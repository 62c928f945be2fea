import { channel, type Channel } from "node:diagnostics_channel";

/** Where a batch goes and how much it holds. */
export interface BatchEvent {
  readonly clientId: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
  /** Bytes on the wire, after compression. */
  readonly sizeBytes: number;
  /** 1 for the first time that it is sent. */
  readonly attempt: number;
}

export interface EventPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What each `millrace:client:NAME` channel of `node:diagnostics_channel` carries. */
export interface ClientEvents {
  readonly "connection.open": { readonly clientId: string; readonly address: string };
  readonly "connection.close": {
    readonly clientId: string;
    readonly address: string;
    /** Null when it was closed on purpose. */
    readonly error: Error | null;
  };
  /** A request and its outcome, when the outcome is there. */
  readonly request: {
    readonly clientId: string;
    readonly address: string;
    readonly apiName: string;
    readonly apiVersion: number;
    readonly requestBytes: number;
    /** 0 when there was no answer. */
    readonly responseBytes: number;
    readonly durationMs: number;
    /** Why there was no answer; an answer that is itself an error is null here. */
    readonly error: Error | null;
  };
  /** A call is about to be tried again. */
  readonly retry: {
    readonly clientId: string;
    readonly error: Error;
    /** How many times it has failed, 1 or more. */
    readonly failures: number;
    readonly waitMs: number;
  };
  readonly "batch.sent": BatchEvent;
  readonly "batch.acknowledged": BatchEvent & {
    /** -1 when it is not known. */
    readonly baseOffset: number;
    /** From the first record's entry into the buffer to the acknowledgement. */
    readonly durationMs: number;
  };
  readonly "batch.failed": BatchEvent & { readonly error: Error };
  /** The memory of a batch is free: its acks are satisfied, it failed for good, or its records moved to two others. */
  readonly "batch.freed": BatchEvent & { readonly reason: "acknowledged" | "failed" | "split" };
  readonly rebalance: {
    readonly clientId: string;
    readonly groupId: string;
    readonly memberId: string;
    readonly generationId: number;
    /** What the member has from now on. */
    readonly assigned: readonly EventPartition[];
    readonly added: readonly EventPartition[];
    readonly revoked: readonly EventPartition[];
  };
  readonly commit: {
    readonly clientId: string;
    readonly groupId: string;
    /** `offset` is the next one to read. */
    readonly offsets: readonly (EventPartition & { readonly offset: number })[];
    readonly error: Error | null;
  };
}

const channels = new Map<string, Channel>();

/** Tells whoever subscribed to `millrace:client:NAME`; without subscribers the message is not even made. */
export function publish<Name extends keyof ClientEvents>(
  name: Name,
  message: () => ClientEvents[Name],
): void {
  let target = channels.get(name);
  if (target === undefined) {
    target = channel(`millrace:client:${name}`);
    channels.set(name, target);
  }
  if (target.hasSubscribers) target.publish(message());
}
