import type { GroupCensus } from "../core/groups/census.ts";
import { isActive } from "../core/cluster/broker-image.ts";
import { NO_LEADER } from "../core/cluster/partition-image.ts";
import type { clusterMetrics } from "../tables/metrics.ts";
import type { Readers, Source } from "./reader.ts";

const GROUP_STATES = ["Empty", "PreparingRebalance", "CompletingRebalance", "Stable"] as const;

/** Partitions and their leaders, consumer groups, the controller. */
export const clusterReaders: Pick<Readers, keyof typeof clusterMetrics> = {
  millrace_broker_info({ broker, version }, put) {
    put(1, { version, node_id: String(broker.nodeId), cluster_id: broker.clusterId });
  },
  millrace_partitions: ({ survey }, put) => put(survey.hosted),
  millrace_partitions_led: ({ survey }, put) => put(survey.led),
  millrace_partitions_under_replicated: ({ survey }, put) => put(survey.underReplicated),
  millrace_partitions_under_min_isr: ({ survey }, put) => put(survey.underMinIsr),
  millrace_partitions_offline({ broker }, put) {
    let offline = 0;
    for (const { partitions } of broker.cluster.topics.values()) {
      for (const { leader } of partitions) if (leader === NO_LEADER) offline += 1;
    }
    put(offline);
  },
  millrace_groups(source, put) {
    for (const state of GROUP_STATES)
      put(
        sumGroups(source, ({ byState }) => byState.get(state) ?? 0),
        { state },
      );
  },
  millrace_group_members: (source, put) => put(sumGroups(source, ({ members }) => members)),
  millrace_group_offsets: (source, put) => put(sumGroups(source, ({ offsets }) => offsets)),
  millrace_group_partitions_loading: ({ broker }, put) =>
    put(broker.groups.census().filter((census) => census === null).length),
  millrace_group_rebalances_total({ broker }, put) {
    for (const [reason, count] of Object.entries(broker.groups.counters.rebalances)) put(count, { reason });
  },
  millrace_group_offset_commits_total: ({ broker }, put) => put(broker.groups.counters.offsetCommits),
  millrace_group_offsets_expired_total: ({ broker }, put) => put(broker.groups.counters.offsetsExpired),
  millrace_group_lag_records({ broker }, put) {
    let left = broker.config.number("millrace.metrics.groups.max");
    for (const [group, offsets] of broker.groups.offsets()) {
      if (left === 0) return;
      left -= 1;
      for (const [topic, ofTopic] of offsets) put(lagOf(broker, topic, ofTopic), { group, topic });
    }
  },
  // The only voter leads.
  millrace_controller_active: ({ broker }, put) =>
    put(Number(broker.controller.quorum.leaderId === broker.nodeId)),
  millrace_controller_epoch: ({ broker }, put) => put(broker.controller.quorum.leaderEpoch),
  millrace_controller_committed_offset: ({ broker }, put) => put(broker.controller.quorum.highWatermark),
  millrace_controller_records_committed_total: ({ broker }, put) =>
    put(broker.controller.quorum.recordsCommitted),
  millrace_controller_commit_duration_seconds: ({ broker }, put) =>
    put(broker.controller.quorum.commitSeconds),
  millrace_controller_last_commit_seconds: ({ broker }, put) =>
    put(broker.controller.quorum.lastCommitSeconds),
  millrace_cluster_brokers({ broker }, put) {
    const brokers = [...broker.cluster.brokers.values()];
    const active = brokers.filter(isActive).length;
    put(active, { state: "active" });
    put(brokers.length - active, { state: "fenced" });
  },
  millrace_cluster_topics: ({ broker }, put) => put(broker.cluster.topics.size),
  millrace_cluster_partitions: ({ broker }, put) => put(broker.cluster.partitionCount),
};

function sumGroups({ broker }: Source, of: (census: GroupCensus) => number): number {
  return broker.groups.census().reduce((sum, census) => sum + (census === null ? 0 : of(census)), 0);
}

/** Only of partitions that are here: how far the others have come is not known. */
function lagOf(
  { partitions }: Source["broker"],
  topic: string,
  offsets: ReadonlyMap<number, { readonly offset: number }>,
): number {
  let lag = 0;
  for (const [index, { offset }] of offsets) {
    const partition = partitions.get(topic, index);
    if (partition !== undefined) lag += Math.max(0, partition.highWatermark - offset);
  }
  return lag;
}
