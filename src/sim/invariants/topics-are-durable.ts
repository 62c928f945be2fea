import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** What was answered about topics holds over restarts: created ones are listed, under one id, deleted ones are not. */
export class TopicsAreDurable implements Invariant {
  readonly number = 2;
  readonly name = "TopicsAreDurable";
  /** By name: the id that must be listed, or null when none may be. What is being changed is not here. */
  readonly #expected = new Map<string, string | null>();

  observe(event: HistoryEvent): void {
    if (event.kind === "topic-changing") this.#expected.delete(event.topic);
    if (event.kind === "topic-changed") this.#expected.set(event.topic, event.topicId);
    if (event.kind !== "topics-listed") return;
    for (const [topic, topicId] of this.#expected) {
      const listed = event.topicIds.get(topic) ?? null;
      if (listed === topicId) continue;
      throw new Violation(this, `"${topic}" is listed as ${listed}, and was answered to be ${topicId}`);
    }
  }
}
