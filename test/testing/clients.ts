import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from "kafkajs";

/** What a client must know of a broker, in this process or another. */
export interface Dialled {
  readonly bootstrapServers: string;
}

/** kafkajs as an impatient user sets it up: quick retries, no talk. */
export function kafkajs(broker: Dialled, clientId = "test"): Kafka {
  return new Kafka({
    brokers: [broker.bootstrapServers],
    clientId,
    logLevel: logLevel.NOTHING,
    requestTimeout: 3000,
    retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 10 },
  });
}

/** A producer that is connected, and disconnects at the end of its block. */
export async function producerOf(
  broker: Dialled,
  options: { clientId?: string; idempotent?: boolean } = {},
): Promise<Producer & AsyncDisposable> {
  const producer = kafkajs(broker, options.clientId).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: options.idempotent ?? false,
  });
  await producer.connect();
  return Object.assign(producer, { [Symbol.asyncDispose]: () => producer.disconnect() });
}

/** A consumer of one topic from its start; `values` fills as records come. */
export async function consumerOf(
  broker: Dialled,
  options: {
    topic: string;
    groupId: string;
    clientId?: string;
    sessionTimeoutMs?: number;
    rebalanceTimeoutMs?: number;
    onValue?: (value: string) => Promise<void> | void;
  },
): Promise<{ consumer: Consumer; values: string[] } & AsyncDisposable> {
  const values: string[] = [];
  const consumer = kafkajs(broker, options.clientId).consumer({
    groupId: options.groupId,
    sessionTimeout: options.sessionTimeoutMs ?? 6000,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
    ...(options.rebalanceTimeoutMs && { rebalanceTimeout: options.rebalanceTimeoutMs }),
  });
  await consumer.connect();
  await consumer.subscribe({ topic: options.topic, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 50,
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
      await options.onValue?.(String(message.value));
    },
  });
  return { consumer, values, [Symbol.asyncDispose]: () => consumer.disconnect() };
}

export function send(producer: Producer, topic: string, ...values: string[]): Promise<unknown> {
  return producer.send({ topic, messages: values.map((value) => ({ value })) });
}

/** Resolves when `holds` does; for what a client does in its own time. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 8000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error("It did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
