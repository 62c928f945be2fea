import assert from "node:assert/strict";
import test from "node:test";
import { ZERO_UUID } from "../../base/uuid.ts";
import { formatQuorumState, parseQuorumState } from "./quorum-state.ts";
import { readSnapshot, snapshotBytes } from "./snapshot-bytes.ts";
import { parseSnapshotFileName, snapshotFileName } from "./snapshot-id.ts";

const STATE = { leaderId: 1, leaderEpoch: 3, votedId: -1, votedDirectoryId: ZERO_UUID };

test("the quorum state is written as Kafka writes it", () => {
  const text =
    '{"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}';
  assert.equal(formatQuorumState(STATE), text);
  assert.deepEqual(parseQuorumState(text), STATE);
});

test("the older quorum state, without directories, is understood", () => {
  const text =
    '{"clusterId":"x","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,"currentVoters":[],"data_version":0}';
  assert.deepEqual(parseQuorumState(text), STATE);
});

test("a damaged quorum state is refused rather than guessed", () => {
  for (const text of ["", "{", "[]", "null", '{"data_version":9}', '{"data_version":1,"leaderId":"1"}']) {
    assert.throws(() => parseQuorumState(text), SyntaxError, text);
  }
});

test("snapshots are named by end offset and epoch", () => {
  const name = "00000000000000000065-0000000001.checkpoint";
  assert.equal(snapshotFileName({ endOffset: 65, epoch: 1 }), name);
  assert.deepEqual(parseSnapshotFileName(name), { endOffset: 65, epoch: 1 });
  for (const other of [`${name}.part`, "bootstrap.checkpoint", "00000000000000000065.log"]) {
    assert.equal(parseSnapshotFileName(other), null);
  }
});

const voters = [
  { id: 1, directoryId: ZERO_UUID, endpoints: [{ name: "CONTROLLER", host: "h", port: 9093 }] },
];

function snapshotOf(values: readonly Buffer[]): Buffer {
  return snapshotBytes({ epoch: 2, lastContainedTimestamp: 7, timestamp: 9, voters, values });
}

test("a snapshot of many records is read as it was written", () => {
  const values = Array.from({ length: 2500 }, (_, index) => Buffer.from(`record ${index}`));
  const contents = readSnapshot(snapshotOf(values));
  assert.deepEqual(contents.values, values);
  assert.deepEqual([contents.lastContainedTimestamp, contents.voters], [7, voters]);
});

test("a snapshot that is cut short or damaged anywhere is no snapshot", () => {
  const bytes = snapshotOf([Buffer.from("record")]);
  for (let length = 0; length < bytes.length; length += 7) {
    assert.throws(() => readSnapshot(bytes.subarray(0, length)), { name: "DecodeError" });
  }
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 3]! ^= 1;
  assert.throws(() => readSnapshot(damaged), { name: "DecodeError" });
});
