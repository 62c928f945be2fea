import {
  DescribeTransactions,
  FindCoordinator,
  InitProducerId,
  OffsetCommit,
} from "../../src/wire/kafka/messages/index.ts";
import { until } from "../support/processes.ts";
import type { Address } from "../support/raw-connection.ts";
import { Probe } from "./probe.ts";

/** Waits until a fresh broker has its internal topics and its block of producer ids. */
export async function settle(address: Address): Promise<void> {
  const probe = new Probe(address);
  try {
    await probe.topic("settle");
    // Asking for a coordinator is what makes the topic of offsets.
    await probe.get(FindCoordinator, 3, { key: "settle", keyType: 0 });
    await until("offsets can be committed", async () => {
      const partitions = [{ partitionIndex: 0, committedOffset: 0, committedMetadata: "" }];
      const topics = [{ name: "settle", partitions }];
      const answer = await probe.quietly(OffsetCommit, 5, { groupId: "settle", memberId: "", topics });
      return !(answer instanceof Error) && answer.topics[0]?.partitions[0]?.errorCode === 0;
    });
    // The same for the topic of transactions; 14 to 16 say that its coordinator is not ready.
    await probe.get(FindCoordinator, 3, { key: "settle", keyType: 1 });
    await until("transactions can be described", async () => {
      const answer = await probe.get(DescribeTransactions, 0, { transactionalIds: ["settle"] });
      return ![14, 15, 16].includes(answer.transactionStates[0]?.errorCode ?? 0);
    });
    await until("producer ids are given", async () => {
      const request = { transactionalId: null, transactionTimeoutMs: 60_000 };
      const answer = await probe.quietly(InitProducerId, 2, request);
      return !(answer instanceof Error) && answer.errorCode === 0;
    });
  } finally {
    probe.close();
  }
}
