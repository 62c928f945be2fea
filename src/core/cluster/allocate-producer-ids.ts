import { assert } from "../../base/assert.ts";
import type { Decision, DecisionContext } from "./decision.ts";

/** Ids are handed to brokers in blocks, so that most need no write. */
const BLOCK_SIZE = 1000;

export interface ProducerIdBlock {
  readonly first: number;
  readonly size: number;
}

export function decideProducerIdBlock(
  { image }: DecisionContext,
  brokerId: number,
): Decision<ProducerIdBlock> {
  const broker = image.brokers.get(brokerId);
  assert(broker !== undefined, "a broker registers before it asks for producer ids");
  const first = image.nextProducerId;
  const nextProducerId = first + BLOCK_SIZE;
  return {
    records: [{ name: "ProducerIdsRecord", value: { brokerId, brokerEpoch: broker.epoch, nextProducerId } }],
    response: { first, size: BLOCK_SIZE },
  };
}
