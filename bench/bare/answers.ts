import { framedAnswer } from "../../src/kafka/framed-answer.ts";
import { decodeProduceRequest, encodeProduceResponse } from "../../src/wire/kafka/produce-path.ts";
import { responseHeaderVersion, type RequestHeader } from "../../src/wire/kafka/headers.ts";
import {
  ApiVersions,
  CreateTopics,
  DeleteTopics,
  InitProducerId,
  ListOffsets,
  Metadata,
  Produce,
} from "../../src/wire/kafka/messages/index.ts";
import type { Reader } from "../../src/wire/kafka/reader.ts";
import {
  decodeRequest,
  encodeResponse,
  type Message,
  type ResponseInput,
} from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";

/** Before topic ids (Produce v13, Metadata v10): the bare server has none. */
const served = [
  [Produce, 3, 9],
  [ListOffsets, 1, 5],
  [Metadata, 1, 9],
  [ApiVersions, 0, 3],
  [CreateTopics, 2, 5],
  [DeleteTopics, 1, 5],
  [InitProducerId, 0, 4],
] as const;
const NODE_ID = 1;

const partitionCounts = new Map<string, number>();

/** The answer to anything but a Produce, as it goes onto the wire. */
export function answerTo(header: RequestHeader, reader: Reader, port: number): Buffer {
  const { apiKey, apiVersion } = header;
  const entry = served.find(([message]) => message.key === apiKey);
  if (entry === undefined) throw new Error(`The bare server knows no API ${apiKey}`);
  const request = <M extends Message>(message: M) => decodeRequest(message, apiVersion, reader);
  const answer = <M extends Message>(message: M, response: ResponseInput<M>): Buffer => {
    const writer = new Writer();
    encodeResponse(message, apiVersion, writer, response);
    return framed(message, header, writer.finish());
  };
  switch (apiKey) {
    case ApiVersions.key:
      return answer(ApiVersions, {
        errorCode: 0,
        apiKeys: served.map(([{ key }, minVersion, maxVersion]) => ({ apiKey: key, minVersion, maxVersion })),
        throttleTimeMs: 0,
      });
    case Metadata.key: {
      const names = request(Metadata).topics?.map(({ name }) => name ?? "") ?? [...partitionCounts.keys()];
      return answer(Metadata, {
        brokers: [{ nodeId: NODE_ID, host: "127.0.0.1", port }],
        controllerId: NODE_ID,
        topics: names.map((name) => ({ errorCode: 0, name, topicId: "", partitions: partitionsOf(name) })),
      });
    }
    case CreateTopics.key: {
      const { topics } = request(CreateTopics);
      for (const { name, numPartitions } of topics) partitionCounts.set(name, numPartitions);
      return answer(CreateTopics, {
        throttleTimeMs: 0,
        topics: topics.map(({ name }) => ({ name, topicId: "", errorCode: 0, errorMessage: null })),
      });
    }
    case DeleteTopics.key:
      return answer(DeleteTopics, { throttleTimeMs: 0, responses: [] });
    case InitProducerId.key:
      return answer(InitProducerId, { throttleTimeMs: 0, errorCode: 0, producerId: 1, producerEpoch: 0 });
    default:
      return answer(ListOffsets, {
        topics: request(ListOffsets).topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 0, offset: 0 })),
        })),
      });
  }
}

const partitionsOf = (name: string) =>
  Array.from({ length: partitionCounts.get(name) ?? 0 }, (_, partitionIndex) => ({
    errorCode: 0,
    partitionIndex,
    leaderId: NODE_ID,
    leaderEpoch: 0,
    replicaNodes: [NODE_ID],
    isrNodes: [NODE_ID],
  }));

interface BareProduce {
  readonly answer: Buffer;
  readonly acks: number;
  readonly records: readonly Buffer[];
}

/** What a Produce carries, and the answer that all of it was taken. */
export function produceAnswer(header: RequestHeader, reader: Reader): BareProduce {
  const { acks, topicData } = decodeProduceRequest(header.apiVersion, reader);
  const responses = topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: 0, baseOffset: 0 })),
  }));
  const body = encodeProduceResponse(header.apiVersion, { responses });
  const records = topicData.flatMap(({ partitionData }) =>
    partitionData.flatMap((each) => each.records ?? []),
  );
  return { answer: framed(Produce, header, body), acks, records };
}

function framed(message: Message, { apiVersion, correlationId }: RequestHeader, body: Buffer[]): Buffer {
  const isCompact = responseHeaderVersion(message, apiVersion) === 1;
  return Buffer.concat(framedAnswer(correlationId, isCompact, body));
}
