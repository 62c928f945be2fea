import type { Env } from "../../src/ports/env.ts";
import type { Connection } from "../../src/ports/network.ts";
import { FrameSplitter } from "../../src/client/network/frame-splitter.ts";
import {
  readRequestHeader,
  responseHeaderVersion,
  writeResponseHeader,
} from "../../src/wire/kafka/headers.ts";
import { allMessages } from "../../src/wire/kafka/messages/index.ts";
import { ApiVersions } from "../../src/wire/kafka/messages/18-api-versions.ts";
import { Metadata } from "../../src/wire/kafka/messages/03-metadata.ts";
import { Reader } from "../../src/wire/kafka/reader.ts";
import {
  decodeRequest,
  encodeResponse,
  type Message,
  type RequestOf,
  type ResponseInput,
} from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";

/** Null: the request was understood, but no answer is sent. "close": the connection is lost instead. */
export type Scripted<M extends Message> = ResponseInput<M> | null | "close";

const FRAME_BYTES_MAX = 16 * 1024 * 1024;

interface Script {
  readonly api: Message;
  answer(request: unknown): unknown;
}

/** A broker that says what the test wants it to say, over the real wire. It leads every partition, with its peers. */
export class ScriptedBroker {
  readonly topics = new Map<string, number>(); // Partitions by name.
  topicId = "AAAAAAAAAAAAAAAAAAAAAA"; // All zeros: it gives none.
  leaderEpoch = 0;
  /** All brokers of the cluster; each leads the partitions whose number is its place, modulo their count. */
  peers: readonly ScriptedBroker[] = [this];
  private readonly scripts = new Map<number, Script>();
  readonly address: { readonly host: string; readonly port: number };

  constructor(host = "broker") {
    this.address = { host, port: 9092 };
    this.on(ApiVersions, () => ({
      errorCode: 0,
      apiKeys: [...this.scripts.values()].map(({ api }) => ({
        apiKey: api.key,
        minVersion: api.versions[0],
        maxVersion: api.versions[1],
      })),
    }));
    this.on(Metadata, (request) => this.metadata(request));
  }

  on<M extends Message>(api: M, answer: (request: RequestOf<M>) => Scripted<M>): void {
    this.scripts.set(api.key, { api, answer: (request) => answer(request as RequestOf<M>) });
  }

  async start(env: Env): Promise<void> {
    await env.network.listen({ host: "0.0.0.0", port: this.address.port }, (connection) => {
      const frames = new FrameSplitter(FRAME_BYTES_MAX);
      connection.start({
        onData: (chunk) => {
          for (const frame of frames.push(chunk)) this.answer(connection, frame);
        },
        onDrain() {},
        onClose() {},
      });
    });
  }

  private answer(connection: Connection, frame: Buffer): void {
    const reader = new Reader(frame);
    const { apiKey, apiVersion, correlationId } = readRequestHeader(reader);
    const script = this.scripts.get(apiKey);
    const api = allMessages.find(({ key }) => key === apiKey);
    if (script === undefined || api === undefined) throw new Error(`API ${apiKey} has no script`);
    const response = script.answer(decodeRequest(api, apiVersion, reader));
    if (response === null) return;
    if (response === "close") {
      connection.destroy();
      return;
    }
    const writer = new Writer();
    writeResponseHeader(writer, { headerVersion: responseHeaderVersion(api, apiVersion), correlationId });
    encodeResponse(api, apiVersion, writer, response as never);
    const size = Buffer.alloc(4);
    size.writeInt32BE(writer.length);
    connection.write([size, ...writer.finish()]);
  }

  private metadata(request: RequestOf<typeof Metadata>): ResponseInput<typeof Metadata> {
    const names = request.topics?.map(({ name }) => name ?? "") ?? [...this.topics.keys()];
    return {
      brokers: this.peers.map(({ address }, index) => ({ nodeId: index + 1, ...address })),
      clusterId: "scripted",
      controllerId: 1,
      topics: names.map((name) => ({
        errorCode: this.topics.has(name) ? 0 : 3,
        name,
        topicId: this.topicId,
        partitions: Array.from({ length: this.topics.get(name) ?? 0 }, (_, partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: (partitionIndex % this.peers.length) + 1,
          leaderEpoch: this.leaderEpoch,
          replicaNodes: [1],
          isrNodes: [1],
        })),
      })),
    };
  }
}
