"""An application: for each order it writes a bill, and commits the order when the bill is written."""

import json

from confluent_kafka import Consumer, Producer


def bill_orders(bootstrap_servers, count, on_billed=lambda message: None):
    """Bills so many orders, then returns."""
    producer = Producer({"bootstrap.servers": bootstrap_servers, "enable.idempotence": True})
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "billing",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe(["orders"])
    try:
        while count > 0:
            message = consumer.poll(10)
            if message is None:
                raise TimeoutError("No order came in time")
            if message.error():
                raise RuntimeError(message.error())
            order = json.loads(message.value())
            bill = {"order": order["id"], "sum": order["count"] * order["price"]}
            producer.produce("bills", key=order["id"], value=json.dumps(bill))
            producer.flush()
            on_billed(message)
            consumer.commit(message, asynchronous=False)
            count -= 1
    finally:
        consumer.close()
