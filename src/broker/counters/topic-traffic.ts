/** The name of all topics that have no series of their own. No topic can be called so. */
export const OTHER_TOPICS = "(other)";

/** What clients have written to a topic and read from it, since the broker started or the topic was made. */
export class TopicTraffic {
  /** The topic's name, or `OTHER_TOPICS`. */
  readonly label: string;
  receivedRecords = 0;
  receivedBytes = 0;
  sentBytes = 0;

  constructor(label: string) {
    this.label = label;
  }
}

/**
 * The traffic of all topics. Topics beyond the bound share one entry, so that what is scraped stays small; a
 * topic keeps the entry it began with, so that no count jumps.
 */
export class TopicTraffics {
  private readonly topicsMax: number;
  private readonly byTopic = new Map<string, TopicTraffic>();
  private readonly others = new TopicTraffic(OTHER_TOPICS);
  private hasOthers = false;

  constructor(topicsMax: number) {
    this.topicsMax = topicsMax;
  }

  /** The entry of a topic; a new one when the topic is. */
  begin(topic: string): TopicTraffic {
    const known = this.byTopic.get(topic);
    if (known !== undefined) return known;
    if (this.byTopic.size >= this.topicsMax) {
      this.hasOthers = true;
      return this.others;
    }
    const traffic = new TopicTraffic(topic);
    this.byTopic.set(topic, traffic);
    return traffic;
  }

  of(topic: string): TopicTraffic {
    return this.byTopic.get(topic) ?? this.others;
  }

  /** The topic was deleted: its series ends. */
  end(topic: string): void {
    this.byTopic.delete(topic);
  }

  *all(): Iterable<TopicTraffic> {
    yield* this.byTopic.values();
    if (this.hasOthers) yield this.others;
  }
}
