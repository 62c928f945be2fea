import { setTimeout as delay } from "node:timers/promises";
import {
  decodeResponse,
  type Message,
  type RequestInput,
  type ResponseOf,
} from "../../src/wire/kafka/schema.ts";
import { readResponseHeader, responseHeaderVersion } from "../../src/wire/kafka/headers.ts";
import { CreateTopics, ListOffsets, Metadata, Produce } from "../../src/wire/kafka/messages/index.ts";
import { DecodeError, Reader } from "../../src/wire/kafka/reader.ts";
import { batchBytes, type BatchBytes } from "../support/batch-bytes.ts";
import { until } from "../support/processes.ts";
import { NoAnswer, RawConnection, type Address } from "../support/raw-connection.ts";
import { Mask } from "./mask.ts";

/** One answer as it is compared. */
export interface Recorded {
  readonly title: string;
  /** "Fetch v11", or "bytes". */
  readonly api: string;
  readonly answer: unknown;
}

/** A sequence of requests against a fresh corner (own topics, own groups) of a broker. */
export interface Section {
  readonly name: string;
  run(probe: Probe): Promise<void>;
}

interface TopicOptions {
  readonly partitions?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

const ANSWER_TIMEOUT_MS = 12_000;

/** Sends requests to one broker and records what it answers. */
export class Probe {
  readonly recorded: Recorded[] = [];
  readonly address: Address;
  private readonly mask: Mask;
  private connection: RawConnection | null = null;

  constructor(address: Address) {
    this.address = address;
    this.mask = new Mask(address);
  }

  async open(): Promise<RawConnection> {
    if (this.connection?.isOpen !== true) this.connection = await RawConnection.open(this.address);
    return this.connection;
  }

  close(): void {
    this.connection?.close();
  }

  note(title: string, api: string, answer: unknown): void {
    this.recorded.push({ title, api, answer });
  }

  /** Asks and records; null when there was no answer. */
  async ask<M extends Message>(
    title: string,
    message: M,
    ...[version, request]: [number, RequestInput<M>]
  ): Promise<ResponseOf<M> | null> {
    const api = `${message.name} v${version}`;
    const answer = await this.quietly(message, version, request);
    if (answer instanceof Error) {
      this.note(title, api, answer.message);
      return null;
    }
    this.note(title, api, this.mask.answer(message.name, answer));
    return answer;
  }

  /** Asks on a connection of its own, so that other requests may be sent meanwhile. */
  async askAside<M extends Message>(
    message: M,
    version: number,
    request: RequestInput<M>,
  ): Promise<ResponseOf<M>> {
    const aside = await RawConnection.open(this.address);
    try {
      return await aside.ask(message, version, request);
    } finally {
      aside.close();
    }
  }

  /** Records an answer that was received aside. */
  noteAnswer<M extends Message>(
    title: string,
    message: M,
    ...[version, answer]: [number, ResponseOf<M>]
  ): void {
    this.note(title, `${message.name} v${version}`, this.mask.answer(message.name, answer));
  }

  /** Asks without recording. */
  async quietly<M extends Message>(
    message: M,
    version: number,
    request: RequestInput<M>,
  ): Promise<ResponseOf<M> | Error> {
    const connection = await this.open();
    try {
      return await connection.ask(message, version, request, ANSWER_TIMEOUT_MS);
    } catch (error) {
      // Silence and nonsense are answers too, as far as a comparison goes.
      connection.close();
      if (error instanceof NoAnswer) return error;
      if (error instanceof DecodeError) return new Error(`the answer is malformed: ${error.message}`);
      if (error instanceof RangeError) return new Error(`not encodable: ${error.message}`);
      throw error;
    }
  }

  /** Asks without recording, and must be answered. */
  async get<M extends Message>(
    message: M,
    version: number,
    request: RequestInput<M>,
  ): Promise<ResponseOf<M>> {
    const answer = await this.quietly(message, version, request);
    if (answer instanceof Error) throw new Error(`${message.name} v${version}: ${answer.message}`);
    return answer;
  }

  /** Writes bytes on a connection of its own and records what comes: a frame is decoded as `expected`. */
  async bytes<M extends Message>(
    title: string,
    bytes: Buffer,
    expected?: readonly [message: M, version: number],
  ): Promise<void> {
    const aside = await RawConnection.open(this.address);
    try {
      aside.write(bytes);
      const frame = await aside.frame(3_000);
      if (expected === undefined) return this.note(title, "bytes", `answered with ${frame.length} bytes`);
      const reader = new Reader(frame);
      readResponseHeader(reader, responseHeaderVersion(...expected));
      const answer = decodeResponse(expected[0], expected[1], reader);
      this.note(title, "bytes", this.mask.answer(expected[0].name, answer));
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof DecodeError) this.note(title, "bytes", error.message);
      else throw error;
    } finally {
      aside.close();
    }
  }

  /** Creates a topic, waits until its leaders serve, and returns its id. */
  async topic(name: string, { partitions = 1, configs = {} }: TopicOptions = {}): Promise<string> {
    const wanted = {
      name,
      numPartitions: partitions,
      replicationFactor: 1,
      assignments: [],
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    };
    const answer = await this.get(CreateTopics, 7, { topics: [wanted], timeoutMs: 30_000 });
    if (answer.topics[0]?.errorCode !== 0)
      throw new Error(`Topic ${name}: ${JSON.stringify(answer.topics[0])}`);
    await this.untilServed(name, partitions);
    return answer.topics[0].topicId;
  }

  /** Waits until every partition's leader answers ListOffsets. */
  async untilServed(name: string, partitions = 1): Promise<void> {
    const wanted = Array.from({ length: partitions }, (_, index) => ({
      partitionIndex: index,
      timestamp: -1,
    }));
    await until(`topic ${name} is served`, async () => {
      const answer = await this.get(ListOffsets, 5, {
        replicaId: -1,
        topics: [{ name, partitions: wanted }],
      });
      return answer.topics[0]?.partitions.every((each) => each.errorCode === 0) === true;
    });
  }

  async untilGone(name: string): Promise<void> {
    await until(`topic ${name} is gone`, async () => {
      const topics = [{ name }];
      const answer = await this.get(Metadata, 9, { topics, allowAutoTopicCreation: false });
      return answer.topics[0]?.errorCode === 3;
    });
  }

  /** Appends one batch to partition 0 (or the one given) of a topic, unrecorded; it must be accepted. */
  async append(topic: string, batch: BatchBytes | Buffer = {}, index = 0): Promise<number> {
    const records = Buffer.isBuffer(batch) ? batch : batchBytes(batch);
    const answer = await this.get(Produce, 8, {
      acks: -1,
      timeoutMs: 10_000,
      topicData: [{ name: topic, partitionData: [{ index, records }] }],
    });
    const partition = answer.responses[0]?.partitionResponses[0];
    if (partition?.errorCode !== 0) throw new Error(`Append to ${topic}: ${JSON.stringify(partition)}`);
    return partition.baseOffset;
  }

  pause(milliseconds: number): Promise<void> {
    return delay(milliseconds);
  }
}

/** Every version that the codec has of `message`, from `first` on. */
export function versionsOf(message: Message, first = 0): number[] {
  const [oldest, newest] = message.versions;
  const versions = Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index);
  return versions.filter((version) => version >= first);
}
