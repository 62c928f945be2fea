import type { Partition } from "../broker/partition.ts";

export interface TopicSurvey {
  partitions: number;
  segments: number;
  logBytes: number;
}

/** What a scrape wants to know of all partitions that a broker hosts. */
export interface PartitionSurvey {
  readonly hosted: number;
  readonly led: number;
  readonly underReplicated: number;
  readonly underMinIsr: number;
  readonly waitingCommits: number;
  /** By the label under which a topic's traffic is counted. */
  readonly topics: ReadonlyMap<string, TopicSurvey>;
}

/** Looks at each partition once: with ten thousand of them every look counts, since clients wait meanwhile. */
export function surveyPartitions(partitions: Iterable<Partition>): PartitionSurvey {
  const topics = new Map<string, TopicSurvey>();
  const survey = { hosted: 0, led: 0, underReplicated: 0, underMinIsr: 0, waitingCommits: 0, topics };
  for (const partition of partitions) {
    const { log, state, traffic } = partition;
    let topic = topics.get(traffic.label);
    if (topic === undefined) {
      topic = { partitions: 0, segments: 0, logBytes: 0 };
      topics.set(traffic.label, topic);
    }
    topic.partitions += 1;
    topic.segments += log.segments.length;
    topic.logBytes += log.sizeBytes;
    survey.hosted += 1;
    survey.waitingCommits += partition.waitingCommits;
    if (!partition.isLeader) continue;
    survey.led += 1;
    if (state.isr.length < state.replicas.length) survey.underReplicated += 1;
    if (state.isr.length < log.config.minInsyncReplicas) survey.underMinIsr += 1;
  }
  return survey;
}
