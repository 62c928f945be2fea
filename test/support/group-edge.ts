import type { Broker } from "../../src/broker/broker.ts";
import { RequestCounters } from "../../src/broker/counters/request-counters.ts";
import type { KafkaApi } from "../../src/kafka/kafka-api.ts";
import { Reader } from "../../src/wire/kafka/reader.ts";
import { decodeResponse, encodeRequest } from "../../src/wire/kafka/schema.ts";
import type { Message, RequestInput, ResponseOf } from "../../src/wire/kafka/schema.ts";
import { Writer } from "../../src/wire/kafka/writer.ts";
import { CoordinatorBench } from "./memory-offsets.ts";

export const TOPIC_ID = "hOy1rFyfQrSHlnrFipp2Sw";

/** Calls handlers over the wire, for a broker that has a coordinator and one topic "t" of two partitions. */
export class GroupEdge {
  readonly bench: CoordinatorBench;
  readonly #broker: Broker;

  private constructor(bench: CoordinatorBench) {
    this.bench = bench;
    const topic = { name: "t", id: TOPIC_ID, partitions: [{}, {}] };
    const cluster = { topics: new Map([["t", topic]]), topicsById: new Map([[TOPIC_ID, topic]]) };
    const advertisedAddress = (): unknown => ({ host: "broker", port: 9092 });
    const { coordinator: groups } = bench;
    const requests = new RequestCounters();
    this.#broker = { nodeId: 1, cluster, advertisedAddress, groups, requests } as unknown as Broker;
  }

  static async start(bench = new CoordinatorBench()): Promise<GroupEdge> {
    await bench.clock.advance();
    return new GroupEdge(bench);
  }

  /** The API of the message, in its place in the table of handlers. */
  async call<M extends Message>(
    api: KafkaApi,
    { message, version, body }: { message: M; version: number; body: RequestInput<M> },
  ): Promise<ResponseOf<M>> {
    const writer = new Writer();
    encodeRequest(message, version, writer, body);
    const reader = new Reader(Buffer.concat(writer.finish()));
    const address = { host: "127.0.0.1", port: 1 };
    const context = {
      apiVersion: version,
      clientId: "probe",
      principal: "User:ANONYMOUS",
      listenerName: "PLAINTEXT",
      localAddress: address,
      remoteAddress: address,
      closed: new AbortController().signal,
    };
    return new Promise((resolve, reject) => {
      const started = api.start(this.#broker, reader, context, (pieces) => {
        if (pieces === null || pieces === "close") reject(new Error("Expected an answer"));
        else resolve(decodeResponse(message, version, new Reader(Buffer.concat(pieces))));
      });
      if (started instanceof Promise) started.catch(reject);
      // Time enough for commits and for the initial rebalance delay.
      void this.bench.clock.advance(3_000);
    });
  }
}
