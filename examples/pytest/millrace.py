"""Brokers of a Millrace test server, with nothing but the standard library. Copy it into your project."""

import json
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import quote


class Problem(Exception):
    """What the test server refused, and why."""

    def __init__(self, problem):
        super().__init__(problem["detail"])
        self.status = problem["status"]
        self.type = problem["type"]


@contextmanager
def test_server():
    """A test server for as long as the block lasts; it ends with this process, however that ends."""
    command = ["npx", "millrace", "test-server", "--format", "json", "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        line = server.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(command)} ended with {server.wait()}")
        try:
            yield json.loads(line)["url"]
        finally:
            server.stdin.close()


class Broker:
    """A Kafka broker of one's own."""

    def __init__(self, url, **options):
        self._server = url
        started = self._call("POST", f"{url}/brokers", options)
        self.bootstrap_servers = started["bootstrapServers"]
        self._url = f"{url}/brokers/{started['id']}"

    def advance(self, by):
        """Moves the broker's clock forward: all that falls due happens."""
        self._post("advance", by=by)

    def fault(self, kind, **options):
        """Lets something go wrong from now on; returns its id."""
        return self._post("faults", kind=kind, **options)["id"]

    def hits(self, fault):
        """How often a fault has happened."""
        return self._call("GET", f"{self._url}/faults/{fault}")["hits"]

    def records(self, topic):
        """The committed records of a topic, at most a thousand."""
        return self._call("GET", f"{self._url}/topics/{quote(topic, '')}/records")["records"]

    def wait(self, topic, **options):
        """Waits until a topic has the records, and returns them."""
        return self._post("wait", topic=topic, **options)["records"]

    def note_processed(self, group, topic, partition, offset):
        """Says that the application has dealt with a record."""
        record = {"topic": topic, "partition": partition, "offset": offset}
        self._post(f"groups/{quote(group, '')}/processed", records=[record])

    def check(self, group):
        """What is wrong with the application of a group, as text; empty when nothing is."""
        return self._call("GET", f"{self._url}/groups/{quote(group, '')}/check")["text"]

    def report(self):
        """The last of what happened, for the message of a failed test."""
        return self._call("GET", f"{self._url}/report")["text"]

    def stop(self):
        """Stops it; returns the faults that never happened."""
        return self._call("DELETE", self._url)["unhitFaults"]

    def _post(self, path, **body):
        return self._call("POST", f"{self._url}/{path}", body)

    @staticmethod
    def _call(method, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        # No proxy stands between a test and its own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Problem(json.load(error)) from None
