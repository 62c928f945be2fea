import type { MetricTable } from "./metric.ts";

/** What clients do: traffic, requests, connections. */
export const clientMetrics = {
  millrace_topic_received_records_total: {
    kind: "counter",
    labels: ["topic"],
    help: "Records that producers have appended.",
    kafka: "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec",
  },
  millrace_topic_received_bytes_total: {
    kind: "counter",
    labels: ["topic"],
    help: "Bytes of the batches that producers have appended, as they are stored.",
    kafka: "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec",
  },
  millrace_topic_sent_bytes_total: {
    kind: "counter",
    labels: ["topic"],
    help: "Bytes of the batches that consumers have been sent.",
    kafka: "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec",
  },
  millrace_requests_total: {
    kind: "counter",
    labels: ["api"],
    help: "Requests that were begun.",
    kafka: "kafka.network:type=RequestMetrics,name=RequestsPerSec",
  },
  millrace_request_errors_total: {
    kind: "counter",
    labels: ["api", "error"],
    help: "Error codes in answers, of the whole and of each topic, partition, group or member in it.",
    kafka: "kafka.network:type=RequestMetrics,name=ErrorsPerSec",
  },
  millrace_request_duration_seconds: {
    kind: "histogram",
    labels: ["api"],
    help: "From when a request was begun until its answer was handed to the connection, with what it waited for.",
    kafka: "kafka.network:type=RequestMetrics,name=TotalTimeMs",
  },
  millrace_requests_in_flight: {
    kind: "gauge",
    labels: ["state"],
    help: "Requests without an answer: started, or queued behind an earlier one of their connection.",
    kafka: "kafka.network:type=RequestChannel,name=RequestQueueSize",
  },
  millrace_requests_in_flight_bytes: {
    kind: "gauge",
    labels: [],
    help: "Size of the requests without an answer.",
  },
  millrace_responses_unsent_bytes: {
    kind: "gauge",
    labels: [],
    help: "Answers that clients have not taken yet.",
  },
  millrace_fetches_waiting: {
    kind: "gauge",
    labels: [],
    help: "Fetch requests that wait for records.",
    kafka: "kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Fetch",
  },
  millrace_produces_waiting: {
    kind: "gauge",
    labels: [],
    help: "Batches whose producers wait until they are committed (acks=all).",
    kafka: "kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Produce",
  },
  millrace_fetch_sessions: {
    kind: "gauge",
    labels: [],
    help: "Incremental fetch sessions.",
    kafka: "kafka.server:type=FetchSessionCache,name=NumIncrementalFetchSessions",
  },
  millrace_fetch_session_partitions: {
    kind: "gauge",
    labels: [],
    help: "Partitions in all incremental fetch sessions.",
    kafka: "kafka.server:type=FetchSessionCache,name=NumIncrementalFetchPartitionsCached",
  },
  millrace_fetch_sessions_evicted_total: {
    kind: "counter",
    labels: [],
    help: "Idle fetch sessions that made room for others.",
    kafka: "kafka.server:type=FetchSessionCache,name=IncrementalFetchSessionEvictionsPerSec",
  },
  millrace_connections: {
    kind: "gauge",
    labels: [],
    help: "Open connections of clients.",
    kafka: "kafka.server:type=socket-server-metrics,name=connection-count",
  },
  millrace_connections_held_back: {
    kind: "gauge",
    labels: [],
    help: "Connections that are not read from: too much in flight, or a client that does not read its answers.",
  },
  millrace_connections_accepted_total: {
    kind: "counter",
    labels: [],
    help: "Connections that clients have opened.",
    kafka: "kafka.server:type=socket-server-metrics,name=connection-creation-total",
  },
  millrace_connections_closed_total: {
    kind: "counter",
    labels: ["reason"],
    help: "Connections that ended: peer, idle, limit (max.connections), malformed, answered (the protocol's answer is to hang up), failed (a bug) or stop.",
    kafka: "kafka.server:type=socket-server-metrics,name=connection-close-total",
  },
} as const satisfies MetricTable;
