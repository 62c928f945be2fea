/** An application: for each order it writes a bill, and says that it is done when the bill is written. */
export async function startBilling(kafka, { onBilled = () => {} } = {}) {
  const producer = kafka.producer({ idempotent: true });
  const consumer = kafka.consumer({ groupId: "billing", maxWaitTimeInMs: 100 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: "orders", fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order = JSON.parse(String(message.value));
      const bill = JSON.stringify({ order: order.id, sum: order.count * order.price });
      await producer.send({ topic: "bills", messages: [{ key: order.id, value: bill }] });
      onBilled({ topic, partition, offset: message.offset });
      const offset = String(Number(message.offset) + 1);
      await consumer.commitOffsets([{ topic, partition, offset }]);
    },
  });
  return async function stop() {
    await consumer.disconnect();
    await producer.disconnect();
  };
}
