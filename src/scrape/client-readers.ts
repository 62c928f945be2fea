import type { ConnectionLoad } from "../broker/counters/connection-counters.ts";
import { errorName } from "../tables/errors.ts";
import type { clientMetrics } from "../tables/metrics.ts";
import type { Readers, Source } from "./reader.ts";

/** What clients do: traffic, requests, connections. */
export const clientReaders: Pick<Readers, keyof typeof clientMetrics> = {
  millrace_topic_received_records_total({ broker }, put) {
    for (const { label, receivedRecords } of broker.partitions.traffic.all())
      put(receivedRecords, { topic: label });
  },
  millrace_topic_received_bytes_total({ broker }, put) {
    for (const { label, receivedBytes } of broker.partitions.traffic.all())
      put(receivedBytes, { topic: label });
  },
  millrace_topic_sent_bytes_total({ broker }, put) {
    for (const { label, sentBytes } of broker.partitions.traffic.all()) put(sentBytes, { topic: label });
  },
  millrace_requests_total({ broker }, put) {
    for (const { api, requests } of broker.requests.all()) put(requests, { api });
  },
  millrace_request_errors_total({ broker }, put) {
    for (const counters of broker.requests.all()) {
      for (const [code, count] of counters.errorCounts())
        put(count, { api: counters.api, error: errorName(code) });
    }
  },
  millrace_request_duration_seconds({ broker }, put) {
    for (const { api, durationSeconds } of broker.requests.all()) put(durationSeconds, { api });
  },
  millrace_requests_in_flight(source, put) {
    put(
      sum(source, (load) => load.startedRequests),
      { state: "started" },
    );
    put(
      sum(source, (load) => load.queuedRequests),
      { state: "queued" },
    );
  },
  millrace_requests_in_flight_bytes: (source, put) => put(sum(source, (load) => load.inFlightBytes)),
  millrace_responses_unsent_bytes: (source, put) => put(sum(source, (load) => load.unsentBytes)),
  millrace_fetches_waiting: ({ broker }, put) => put(broker.partitions.waitingFetches),
  millrace_produces_waiting: ({ survey }, put) => put(survey.waitingCommits),
  millrace_fetch_sessions: ({ broker }, put) => put(broker.fetchSessions.size),
  millrace_fetch_session_partitions: ({ broker }, put) => put(broker.fetchSessions.partitionCount),
  millrace_fetch_sessions_evicted_total: ({ broker }, put) => put(broker.fetchSessions.evictedCount),
  millrace_connections: ({ broker }, put) => put(broker.connections.open.size),
  millrace_connections_held_back: (source, put) => put(sum(source, (load) => Number(load.isHeldBack))),
  millrace_connections_accepted_total: ({ broker }, put) => put(broker.connections.accepted),
  millrace_connections_closed_total({ broker }, put) {
    for (const [reason, count] of Object.entries(broker.connections.closed)) put(count, { reason });
  },
};

function sum({ broker }: Source, of: (load: ConnectionLoad) => number): number {
  let total = 0;
  for (const load of broker.connections.open) total += of(load);
  return total;
}
