import pytest

from millrace import Broker, test_server


@pytest.fixture(scope="session")
def millrace_url():
    with test_server() as url:
        yield url


@pytest.fixture
def broker(millrace_url):
    """A broker for one test. A fault that never happened tested nothing, so it fails the test."""
    broker = Broker(
        millrace_url,
        topics=["bills", {"name": "orders", "config": {"retention.ms": 3_600_000, "segment.ms": 60_000}}],
    )
    yield broker
    assert broker.stop() == []
