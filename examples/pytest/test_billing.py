import json

import pytest
from billing import bill_orders
from confluent_kafka import Producer
from millrace import Problem


def order(broker, *ids):
    shop = Producer({"bootstrap.servers": broker.bootstrap_servers})
    for id in ids:
        shop.produce("orders", key=id, value=json.dumps({"id": id, "count": 2, "price": 21}))
    assert shop.flush(10) == 0


def test_an_order_becomes_a_bill(broker):
    order(broker, "a")
    bill_orders(broker.bootstrap_servers, count=1)
    [bill] = broker.wait("bills", where={"key": {"text": "a"}})
    assert bill["value"]["json"] == {"order": "a", "sum": 42}


def test_a_bill_is_written_once_though_the_answer_was_lost(broker):
    fault = broker.fault("loseAnswer", api="Produce", topic="bills", times=1)
    order(broker, "b")
    bill_orders(broker.bootstrap_servers, count=1)
    assert broker.hits(fault) == 1
    assert [bill["key"]["text"] for bill in broker.records("bills")] == ["b"], broker.report()


def test_an_order_of_last_week_has_expired(broker):
    order(broker, "c")
    broker.advance("7d")
    assert broker.records("orders") == []


def test_billing_commits_an_order_only_when_its_bill_is_written(broker):
    def note(message):
        broker.note_processed("billing", message.topic(), message.partition(), message.offset())

    order(broker, "d", "e")
    bill_orders(broker.bootstrap_servers, count=2, on_billed=note)
    assert broker.check("billing") == ""


def test_a_wait_in_vain_says_what_there_was_instead(broker):
    order(broker, "f")
    with pytest.raises(Problem, match="Waited 10 ms for 2 records.* It has 1"):
        broker.wait("orders", count=2, timeout=10)
