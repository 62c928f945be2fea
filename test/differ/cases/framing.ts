import { Fetch, Metadata, Produce } from "../../../src/wire/kafka/messages/index.ts";
import { framed, RawConnection, requestFrame } from "../../support/raw-connection.ts";
import type { Probe, Section } from "../probe.ts";

const NONE = { topics: [], allowAutoTopicCreation: false };

function header(apiKey: number, version: number, rest: Buffer): Buffer {
  const start = Buffer.alloc(8);
  start.writeInt16BE(apiKey, 0);
  start.writeInt16BE(version, 2);
  start.writeInt32BE(1, 4);
  return framed(Buffer.concat([start, rest]));
}

const clientId = Buffer.from([0, 5, ...Buffer.from("probe")]);
const lengthOnly = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  return bytes;
};
const metadataV1 = (rest: Buffer): Buffer => header(3, 1, Buffer.concat([clientId, rest]));
const metadataV12 = (headerTags: number[], body: number[]): Buffer =>
  header(3, 12, Buffer.concat([clientId, Buffer.from(headerTags), Buffer.from(body)]));

/** Metadata v12 for no topics: empty array, no automatic creation, no operations, then the tags. */
const noTopicsV12 = [1, 0, 0];

const refused: ReadonlyArray<readonly [title: string, bytes: Buffer]> = [
  ["api key 1000", header(1000, 0, clientId)],
  ["api key -1", header(-1, 0, clientId)],
  ["api key 4, which is gone", header(4, 0, clientId)],
  ["Vote on the broker listener", header(52, 0, Buffer.concat([clientId, Buffer.from([0])]))],
  ["Metadata v99", header(3, 99, clientId)],
  ["Metadata v-1", header(3, -1, clientId)],
  ["Fetch v3, below the oldest", header(1, 3, clientId)],
  ["Produce v2, advertised but not served", header(0, 2, clientId)],
  ["frame length 0", lengthOnly(0)],
  ["frame length -1", lengthOnly(-1)],
  ["frame length one above the limit", lengthOnly(104_857_601)],
  ["frame length at the limit, nothing behind it", lengthOnly(104_857_600)],
  ["a frame of 3 bytes", framed(Buffer.from([0, 3, 0]))],
  ["a header that ends after the correlation id", header(3, 1, Buffer.alloc(0))],
  ["Metadata v1, body cut short", metadataV1(Buffer.from([0, 0]))],
  ["Metadata v1, an array of 2147483647", metadataV1(Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
  ["Metadata v12, no tagged section", metadataV12([0], [0, 0, 0])],
  ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\nHost: broker\r\n\r\n")],
  ["a TLS hello", Buffer.from("16030100c8010000c4030300000000000000000000000000", "hex")],
];

const accepted: ReadonlyArray<readonly [title: string, bytes: Buffer, version: number]> = [
  ["Metadata v1, null client id", header(3, 1, Buffer.from([0xff, 0xff, 0, 0, 0, 0])), 1],
  ["Metadata v1, 5 surplus bytes", metadataV1(Buffer.from([0, 0, 0, 0, 1, 2, 3, 4, 5])), 1],
  [
    "an unknown tag in header and body",
    metadataV12([1, 0x8f, 0x4e, 1, 7], [...noTopicsV12, 1, 0x8f, 0x4e, 1, 7]),
    12,
  ],
  ["the same tag twice in the header", metadataV12([2, 9, 0, 9, 0], [...noTopicsV12, 0]), 12],
  ["tags in falling order", metadataV12([2, 9, 0, 8, 0], [...noTopicsV12, 0]), 12],
  ["a client id that is not UTF-8", header(3, 1, Buffer.from([0, 2, 0xff, 0xfe, 0, 0, 0, 0])), 1],
  [
    "a client id of 32767 bytes",
    header(3, 1, Buffer.concat([Buffer.from([0x7f, 0xff]), Buffer.alloc(32_767, 97), Buffer.alloc(4)])),
    1,
  ],
];

/** Three requests in one write: their answers come in the order of the requests. */
async function answersInOrder(probe: Probe): Promise<void> {
  await probe.topic("d-framing");
  const fetch = (partitions: number): Buffer =>
    requestFrame(
      Fetch,
      11,
      {
        maxWaitMs: 400,
        minBytes: 1,
        topics:
          partitions === 0
            ? []
            : [
                {
                  topic: "d-framing",
                  partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }],
                },
              ],
        forgottenTopicsData: [],
      },
      { correlationId: partitions + 1 },
    );
  const connection = await RawConnection.open(probe.address);
  const metadata = requestFrame(Metadata, 4, NONE, { correlationId: 3 });
  connection.write(Buffer.concat([fetch(0), fetch(1), metadata]));
  const order: number[] = [];
  for (let answers = 0; answers < 3; answers += 1) order.push((await connection.frame()).readInt32BE(0));
  connection.close();
  probe.note("an empty Fetch, a waiting Fetch and Metadata in one write", "bytes", order);
}

async function acksZero(probe: Probe): Promise<void> {
  const connection = await RawConnection.open(probe.address);
  const produce = requestFrame(Produce, 8, { acks: 0, timeoutMs: 1_000, topicData: [] });
  const metadata = requestFrame(Metadata, 4, NONE, { correlationId: 2 });
  connection.write(Buffer.concat([produce, metadata]));
  probe.note("acks 0 has no answer", "bytes", (await connection.frame()).readInt32BE(0));
  connection.close();
}

export const framing: Section = {
  name: "framing",
  async run(probe) {
    for (const [title, bytes] of refused) await probe.bytes(title, bytes);
    for (const [title, bytes, version] of accepted) await probe.bytes(title, bytes, [Metadata, version]);
    await answersInOrder(probe);
    await acksZero(probe);
  },
};
