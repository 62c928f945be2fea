import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryOf } from "../../../test/support/arbitrary.ts";
import { encodeFetchResponse } from "./fetch-path.ts";
import { Fetch } from "./messages/01-fetch.ts";
import { Produce } from "./messages/00-produce.ts";
import { decodeProduceResponse, encodeProduceRequest } from "./produce-client-path.ts";
import { decodeProduceRequest, encodeProduceResponse } from "./produce-path.ts";
import { DecodeError, Reader } from "./reader.ts";
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  isFlexible,
  type Message,
  type RequestOf,
  type ResponseOf,
} from "./schema.ts";
import { Writer } from "./writer.ts";

const RUNS = 40;

function versionsOf({ versions: [first, last] }: Message): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function layoutOf(message: Message, version: number) {
  return { version, flexible: isFlexible(message, version), nullable: false };
}

function responsesOf<M extends Message>(message: M, version: number): fc.Arbitrary<ResponseOf<M>> {
  return arbitraryOf(message.response.body, layoutOf(message, version)) as fc.Arbitrary<ResponseOf<M>>;
}

function requestBytes(version: number): fc.Arbitrary<Buffer> {
  return arbitraryOf(Produce.request.body, layoutOf(Produce, version)).map((value) => {
    const writer = new Writer();
    encodeRequest(Produce, version, writer, value as RequestOf<typeof Produce>);
    return writer.toBuffer();
  });
}

function outcome<T>(decode: () => T): T | "refused" {
  try {
    return decode();
  } catch (error) {
    // Any other error is a bug of the decoder.
    if (!(error instanceof DecodeError)) throw error;
    return "refused";
  }
}

test("decodeProduceRequest() reads what the table reads, and refuses what it refuses", () => {
  for (const version of versionsOf(Produce)) {
    const property = fc.property(requestBytes(version), fc.nat(), fc.nat(255), (bytes, place, byte) => {
      const damaged = Buffer.from(bytes);
      damaged[place % bytes.length] = byte;
      for (const input of [bytes, bytes.subarray(0, place % bytes.length), damaged]) {
        const expected = outcome(() => decodeRequest(Produce, version, new Reader(input)));
        assert.deepEqual(
          outcome(() => decodeProduceRequest(version, new Reader(input))),
          expected,
        );
      }
    });
    fc.assert(property, { numRuns: RUNS });
  }
});

/** Takes away what only the table encodes, so that the hand-made path is taken as well. */
function plainProduce(response: ResponseOf<typeof Produce>) {
  const responses = response.responses.map((topic) => ({
    ...topic,
    partitionResponses: topic.partitionResponses.map(({ currentLeader: _leader, ...rest }) => {
      return { ...rest, errorMessage: null, recordErrors: [] };
    }),
  }));
  return { ...response, nodeEndpoints: [], responses };
}

test("encodeProduceResponse() writes what the table writes", () => {
  for (const version of versionsOf(Produce)) {
    const property = fc.property(responsesOf(Produce, version), (response) => {
      for (const value of [response, plainProduce(response)]) {
        const writer = new Writer();
        encodeResponse(Produce, version, writer, value);
        assert.deepEqual(Buffer.concat(encodeProduceResponse(version, value)), writer.toBuffer());
      }
    });
    fc.assert(property, { numRuns: RUNS });
  }
});

test("encodeProduceRequest() writes what the table writes", () => {
  for (const version of versionsOf(Produce)) {
    const requests = arbitraryOf(Produce.request.body, layoutOf(Produce, version));
    const property = fc.property(requests as fc.Arbitrary<RequestOf<typeof Produce>>, (request) => {
      const topicData = request.topicData.map((topic) => ({
        ...topic,
        partitionData: topic.partitionData.map(({ index, records }) => {
          return { index, records: records === null ? null : [records, Buffer.alloc(2000, 1)] };
        }),
      }));
      for (const value of [request, { ...request, topicData }]) {
        const [expected, written] = [new Writer(), new Writer()];
        encodeRequest(Produce, version, expected, value);
        encodeProduceRequest(version, written, value);
        assert.deepEqual(Buffer.concat(written.finish()), Buffer.concat(expected.finish()));
      }
    });
    fc.assert(property, { numRuns: RUNS });
  }
});

test("decodeProduceResponse() reads what the table reads, and refuses what it refuses", () => {
  for (const version of versionsOf(Produce)) {
    const damage = [fc.nat(), fc.nat(255)] as const;
    const property = fc.property(responsesOf(Produce, version), ...damage, (response, place, byte) => {
      for (const value of [response, plainProduce(response)]) {
        const bytes = Buffer.concat(encodeProduceResponse(version, value));
        const damaged = Buffer.from(bytes);
        damaged[place % bytes.length] = byte;
        for (const input of [bytes, bytes.subarray(0, place % bytes.length), damaged]) {
          const expected = outcome(() => decodeResponse(Produce, version, new Reader(input)));
          assert.deepEqual(
            outcome(() => decodeProduceResponse(version, new Reader(input))),
            expected,
          );
        }
      }
    });
    fc.assert(property, { numRuns: RUNS });
  }
});

function plainFetch(response: ResponseOf<typeof Fetch>) {
  const responses = response.responses.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => {
      const { divergingEpoch: _epoch, currentLeader: _leader, snapshotId: _snapshot, ...rest } = partition;
      return { ...rest, records: rest.records === null ? null : [rest.records, Buffer.alloc(2000, 1)] };
    }),
  }));
  return { ...response, nodeEndpoints: [], responses };
}

test("encodeFetchResponse() writes what the table writes", () => {
  for (const version of versionsOf(Fetch)) {
    const property = fc.property(responsesOf(Fetch, version), (response) => {
      for (const value of [response, plainFetch(response)]) {
        const writer = new Writer();
        encodeResponse(Fetch, version, writer, value);
        assert.deepEqual(Buffer.concat(encodeFetchResponse(version, value)), writer.toBuffer());
      }
    });
    fc.assert(property, { numRuns: RUNS });
  }
});

test("encodeFetchResponse() links large record sets and does not copy them", () => {
  const records = Buffer.alloc(5000);
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 1, abortedTransactions: null, records };
  const responses = [{ topic: "", topicId: "AAAAAAAAAAAAAAAAAAAAAQ", partitions: [partition] }];
  const pieces = encodeFetchResponse(17, { throttleTimeMs: 0, responses });
  assert.ok(pieces.includes(records));
});
