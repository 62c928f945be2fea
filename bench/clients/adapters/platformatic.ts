import { Consumer, ProduceAcks, Producer } from "@platformatic/kafka";
import { FETCH_BYTES_MAX, FETCH_WAIT_MS, type TestedClient } from "../tested-client.ts";

/** @platformatic/kafka sends what one call has as one request; its consumer is a stream of records, with no batches. */
export const platformaticClient: TestedClient = {
  async producer(address, { topic, isIdempotent: idempotent, callsOutstanding }) {
    const producer = new Producer({
      clientId: "bench",
      bootstrapBrokers: [address],
      idempotent,
      maxInflights: callsOutstanding,
    });
    const acks = ProduceAcks.ALL; // A call without it asks for the leader's alone, whatever the constructor was told.
    return {
      sendMany: (values) => producer.send({ messages: values.map((value) => ({ topic, value })), acks }),
      sendOne: (value) => producer.send({ messages: [{ topic, value }], acks }),
      close: () => producer.close(),
    };
  },
  async consume(address, { topic, groupId, onRecords }) {
    const consumer = new Consumer({
      clientId: "bench",
      bootstrapBrokers: [address],
      groupId,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      maxWaitTime: FETCH_WAIT_MS,
    });
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: 5_000 });
    stream.on("data", ({ value }) => onRecords(1, value.length));
    return { close: () => consumer.close(true) };
  },
};
