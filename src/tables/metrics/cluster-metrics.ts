import type { MetricTable } from "./metric.ts";

/** Partitions and their leaders, consumer groups, the controller. */
export const clusterMetrics = {
  millrace_broker_info: {
    kind: "gauge",
    labels: ["version", "node_id", "cluster_id"],
    help: "Always 1: which broker this is.",
    kafka: "kafka.server:type=app-info",
  },
  millrace_partitions: {
    kind: "gauge",
    labels: [],
    help: "Partitions that this broker hosts.",
    kafka: "kafka.server:type=ReplicaManager,name=PartitionCount",
  },
  millrace_partitions_led: {
    kind: "gauge",
    labels: [],
    help: "Partitions that this broker leads.",
    kafka: "kafka.server:type=ReplicaManager,name=LeaderCount",
  },
  millrace_partitions_under_replicated: {
    kind: "gauge",
    labels: [],
    help: "Partitions led here that have fewer in-sync replicas than replicas.",
    kafka: "kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions",
  },
  millrace_partitions_under_min_isr: {
    kind: "gauge",
    labels: [],
    help: "Partitions led here that have fewer in-sync replicas than min.insync.replicas asks for.",
    kafka: "kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount",
  },
  millrace_partitions_offline: {
    kind: "gauge",
    labels: [],
    help: "Partitions of the whole cluster without a leader.",
    kafka: "kafka.controller:type=KafkaController,name=OfflinePartitionsCount",
  },
  millrace_groups: {
    kind: "gauge",
    labels: ["state"],
    help: "Consumer groups that this broker coordinates.",
    kafka: "kafka.server:type=group-coordinator-metrics,name=group-count",
  },
  millrace_group_members: {
    kind: "gauge",
    labels: [],
    help: "Members of all groups.",
  },
  millrace_group_offsets: {
    kind: "gauge",
    labels: [],
    help: "Committed offsets that are kept.",
    kafka: "kafka.server:type=GroupMetadataManager,name=NumOffsets",
  },
  millrace_group_partitions_loading: {
    kind: "gauge",
    labels: [],
    help: "Partitions of __consumer_offsets that are being read: their groups cannot be served yet.",
    kafka: "kafka.server:type=group-coordinator-metrics,name=num-partitions,state=loading",
  },
  millrace_group_rebalances_total: {
    kind: "counter",
    labels: ["reason"],
    help: "Rebalances that began: join, rejoin (new subscription, or the leader asks), leave, session-timeout, sync-timeout, static-member, size-limit.",
    kafka: "kafka.server:type=group-coordinator-metrics,name=group-completed-rebalance-count",
  },
  millrace_group_offset_commits_total: {
    kind: "counter",
    labels: [],
    help: "Offsets that were committed, each partition apart.",
    kafka: "kafka.server:type=group-coordinator-metrics,name=offset-commit-count",
  },
  millrace_group_offsets_expired_total: {
    kind: "counter",
    labels: [],
    help: "Offsets that were deleted because their group was gone for offsets.retention.minutes.",
    kafka: "kafka.server:type=group-coordinator-metrics,name=offset-expiration-count",
  },
  millrace_group_lag_records: {
    kind: "gauge",
    labels: ["group", "topic"],
    help: "Records that were committed to the topic's partitions and lie behind the group's offsets; of the first groups only (millrace.metrics.groups.max).",
  },
  millrace_controller_active: {
    kind: "gauge",
    labels: [],
    help: "1 while this node is the cluster's controller.",
    kafka: "kafka.controller:type=KafkaController,name=ActiveControllerCount",
  },
  millrace_controller_epoch: {
    kind: "gauge",
    labels: [],
    help: "Epoch of the quorum's leader.",
    kafka: "kafka.server:type=raft-metrics,name=current-epoch",
  },
  millrace_controller_committed_offset: {
    kind: "gauge",
    labels: [],
    help: "Everything below this offset of the metadata log is committed and applied.",
    kafka: "kafka.server:type=raft-metrics,name=high-watermark",
  },
  millrace_controller_records_committed_total: {
    kind: "counter",
    labels: [],
    help: "Metadata records that were committed.",
  },
  millrace_controller_commit_duration_seconds: {
    kind: "histogram",
    labels: [],
    help: "From when metadata records were proposed until they were committed and applied.",
    kafka: "kafka.server:type=raft-metrics,name=commit-latency-avg",
  },
  millrace_controller_last_commit_seconds: {
    kind: "gauge",
    labels: [],
    help: "The same of the last commit alone.",
  },
  millrace_cluster_brokers: {
    kind: "gauge",
    labels: ["state"],
    help: "Brokers that the controller knows: active or fenced.",
    kafka: "kafka.controller:type=KafkaController,name=ActiveBrokerCount",
  },
  millrace_cluster_topics: {
    kind: "gauge",
    labels: [],
    help: "Topics of the whole cluster.",
    kafka: "kafka.controller:type=KafkaController,name=GlobalTopicCount",
  },
  millrace_cluster_partitions: {
    kind: "gauge",
    labels: [],
    help: "Partitions of the whole cluster.",
    kafka: "kafka.controller:type=KafkaController,name=GlobalPartitionCount",
  },
} as const satisfies MetricTable;
