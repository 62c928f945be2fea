import { Fetch } from "../../../src/wire/kafka/messages/index.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { RequestInput } from "../../../src/wire/kafka/schema.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

type Topics = RequestInput<typeof Fetch>["topics"];

const partitionAt = (partition: number, fetchOffset: number) => ({
  partition,
  fetchOffset,
  partitionMaxBytes: 100_000,
});
const topic = (...partitions: ReturnType<typeof partitionAt>[]): Topics => [
  { topic: "d-session", topicId: ZERO_UUID, partitions },
];

function request(sessionId: number, sessionEpoch: number, topics: Topics = []): RequestInput<typeof Fetch> {
  return { maxWaitMs: 150, minBytes: 1, sessionId, sessionEpoch, topics, forgottenTopicsData: [] };
}

async function withoutSession(probe: Probe): Promise<void> {
  const whole = topic(partitionAt(0, 0));
  await probe.ask("an unknown session, epoch 1", Fetch, 11, request(12_345, 1));
  await probe.ask("an unknown session, epoch 0, makes a new one", Fetch, 11, request(12_345, 0, whole));
  await probe.ask("an unknown session, epoch -1", Fetch, 11, request(12_345, -1, whole));
  await probe.ask("session 0, epoch 5", Fetch, 11, request(0, 5, whole));
  await probe.ask("no session and no topics", Fetch, 11, request(0, -1));
  const unknown: Topics = [{ topic: "no-such-topic", partitions: [partitionAt(0, 0)] }];
  await probe.ask("a session over an unknown topic", Fetch, 11, request(0, 0, unknown));
}

export const fetchSessions: Section = {
  name: "fetch-sessions",
  async run(probe) {
    const topicId = await probe.topic("d-session", { partitions: 2 });
    await probe.append("d-session");
    const ends = topic(partitionAt(0, 1), partitionAt(1, 0));
    const created = await probe.ask(
      "a session of two partitions at their ends",
      Fetch,
      11,
      request(0, 0, ends),
    );
    const session = created?.sessionId ?? 0;
    await probe.ask("nothing new", Fetch, 11, request(session, 1));
    await probe.append("d-session");
    await probe.ask("after an append", Fetch, 11, request(session, 2));
    await probe.ask("the same epoch again", Fetch, 11, request(session, 2));
    await probe.ask("an epoch ahead", Fetch, 11, request(session, 9));
    await probe.ask("the right epoch after the errors", Fetch, 11, request(session, 3));
    const aside = await probe.askAside(Fetch, 11, request(session, 4, topic(partitionAt(0, 2))));
    probe.noteAnswer("from another connection, a partition moved on", Fetch, 11, aside);
    const forget = { ...request(session, 5), forgottenTopicsData: [{ topic: "d-session", partitions: [0] }] };
    await probe.ask("a partition is forgotten", Fetch, 11, forget);
    await probe.append("d-session");
    await probe.ask("its append is not seen", Fetch, 11, request(session, 6));
    await probe.ask(
      "topic ids on a session made by names",
      Fetch,
      13,
      request(session, 7, [{ topicId, partitions: [partitionAt(0, 0)] }]),
    );
    await probe.ask("close, with a topic", Fetch, 11, request(session, -1, topic(partitionAt(0, 0))));
    await probe.ask("the closed session", Fetch, 11, request(session, 7));
    await withoutSession(probe);
    for (const version of versionsOf(Fetch, 7)) {
      const whole: Topics = [{ topic: "d-session", topicId, partitions: [partitionAt(0, 0)] }];
      const answer = await probe.ask("a session by version", Fetch, version, request(0, 0, whole));
      await probe.ask("and its next fetch", Fetch, version, request(answer?.sessionId ?? 0, 1));
    }
  },
};
