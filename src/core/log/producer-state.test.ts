import assert from "node:assert/strict";
import { test } from "node:test";
import { ProducerState, type BatchFacts } from "./producer-state.ts";

const SEQUENCE_MAX = 2 ** 31 - 1;

function batch(firstSequence: number, more: Partial<BatchFacts> & { count?: number } = {}): BatchFacts {
  const { count = 1, ...rest } = more;
  return {
    producerId: 1,
    producerEpoch: 0,
    firstSequence,
    lastSequence: (firstSequence + count - 1) % 2 ** 31,
    firstOffset: 100 + firstSequence,
    lastOffset: 100 + firstSequence + count - 1,
    timestamp: 10,
    isTransactional: false,
    isControl: false,
    ...rest,
  };
}

function stateWith(...batches: BatchFacts[]): ProducerState {
  const state = new ProducerState();
  for (const one of batches) state.apply(one, 0);
  return state;
}

test("an unknown producer may begin with any sequence", () => {
  assert.equal(new ProducerState().check(batch(77)), null);
});

test("the next sequence is accepted, a gap and an overlap are not", () => {
  const state = stateWith(batch(0, { count: 3 }));
  assert.equal(state.check(batch(3)), null);
  assert.equal(state.check(batch(4)), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  assert.equal(state.check(batch(2, { count: 2 })), "OUT_OF_ORDER_SEQUENCE_NUMBER");
});

test("only an exact repeat of one of the last five batches is a duplicate", () => {
  const state = stateWith(...[0, 1, 2, 3, 4, 5].map((sequence) => batch(sequence)));
  assert.equal(state.findDuplicate(batch(0)), null);
  assert.equal(state.findDuplicate(batch(1))?.firstOffset, 101);
  assert.equal(state.findDuplicate(batch(5))?.lastOffset, 105);
  assert.equal(state.findDuplicate(batch(4, { count: 2 })), null);
  assert.equal(state.findDuplicate(batch(5, { producerEpoch: 1 })), null);
});

test("sequences wrap from the largest int to 0", () => {
  const state = stateWith(batch(SEQUENCE_MAX));
  assert.equal(state.check(batch(0)), null);
  assert.equal(state.check(batch(1)), "OUT_OF_ORDER_SEQUENCE_NUMBER");
});

test("a higher epoch begins at 0 and empties the window, a lower one is refused", () => {
  const state = stateWith(batch(0), batch(1));
  assert.equal(state.check(batch(2, { producerEpoch: 1 })), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  assert.equal(state.check(batch(0, { producerEpoch: 1 })), null);
  state.apply(batch(0, { producerEpoch: 1 }), 0);
  assert.equal(state.get(1)?.batches.length, 1);
  assert.equal(state.check(batch(2)), "INVALID_PRODUCER_EPOCH");
});

test("within an open transaction a batch without its bit is refused", () => {
  const state = stateWith(batch(0, { isTransactional: true }));
  assert.equal(state.check(batch(1)), "INVALID_TXN_STATE");
  assert.equal(state.check(batch(1, { isTransactional: true })), null);
});

test("a marker ends the transaction and keeps the window, but for a new epoch", () => {
  const state = stateWith(batch(0, { isTransactional: true }));
  const marker = batch(-1, { isControl: true, lastSequence: -1, firstOffset: 101, lastOffset: 101 });
  const ended = state.applyMarker(marker, { isCommit: false, coordinatorEpoch: 3 }, 0);
  assert.deepEqual(ended, { producerId: 1, firstOffset: 100, lastOffset: 101, isAborted: true });
  assert.equal(state.check(batch(1)), null);
  assert.equal(
    state.checkMarker(marker, { isCommit: true, coordinatorEpoch: 2 }),
    "TRANSACTION_COORDINATOR_FENCED",
  );
  state.applyMarker({ ...marker, producerEpoch: 1 }, { isCommit: true, coordinatorEpoch: 3 }, 0);
  assert.equal(state.check(batch(0, { producerEpoch: 1 })), null);
});

test("an ended transaction holds the stable offset back until its marker is committed", () => {
  const state = stateWith(batch(0, { isTransactional: true }));
  const marker = batch(-1, { isControl: true, firstOffset: 101, lastOffset: 101 });
  state.applyMarker(marker, { isCommit: true, coordinatorEpoch: 0 }, 0);
  state.onHighWatermark(101);
  assert.equal(state.firstUnstableOffset(), 100);
  state.onHighWatermark(102);
  assert.equal(state.firstUnstableOffset(), null);
});

test("silent producers are forgotten, those with an open transaction are not", () => {
  const state = stateWith(batch(0), batch(0, { producerId: 2, isTransactional: true }));
  state.apply(batch(0, { producerId: 3 }), 500);
  assert.equal(state.expire(1000, 600), 1);
  assert.deepEqual(
    [...state.entries()].map((entry) => entry.producerId),
    [2, 3],
  );
});
