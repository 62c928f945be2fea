import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JoinedMember, JoinResponse, SyncResponse } from "./decision.ts";
import { bytes, GroupScenario } from "../../../test/support/group-scenario.ts";
import type { Call } from "../../../test/support/group-scenario.ts";

const PARTITIONS = 4;

/** One client of the group, which follows the protocol but may stop, hurry or come back at any time. */
interface Client {
  readonly groupInstanceId: string | null;
  memberId: string;
  generation: number;
  /** The members of the generation, when this client leads it. */
  members: readonly JoinedMember[];
  join: Call<JoinResponse> | null;
  sync: Call<SyncResponse> | null;
}

type Step =
  | { readonly kind: "join" | "sync" | "heartbeat" | "leave" | "commit" | "forget"; readonly client: number }
  | { readonly kind: "wait"; readonly durationMs: number }
  | { readonly kind: "hold" | "release" | "restart" };

const client = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom("join", "sync"), client }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("heartbeat", "commit"), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("leave", "forget"), client }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      durationMs: fc.integer({ min: 1, max: 8_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("hold", "release", "restart") }) },
);

/** The clients' world, with what must hold of all that they were told. */
class Fleet {
  readonly scenario = new GroupScenario();
  readonly clients: Client[] = [null, null, null, "i1", "i2"].map((groupInstanceId) => ({
    groupInstanceId,
    memberId: "",
    generation: -1,
    members: [],
    join: null,
    sync: null,
  }));
  /** "generation:partition" to the seat that owns it. */
  readonly #owners = new Map<string, string>();
  #lastStored = 0;
  #offset = 0;
  #acknowledged = -1;

  run(action: Step): void {
    if (action.kind === "wait") this.scenario.advance(action.durationMs);
    else if (action.kind === "hold") this.scenario.holdCommits();
    else if (action.kind === "release") this.scenario.releaseCommits();
    else if (action.kind === "restart") this.#restart();
    else this.#runClient(this.clients[(action as { client: number }).client]!, action.kind);
    this.#collect();
    this.#check();
  }

  /** What a well-behaved client does next: wait for its answers, join when it must, fetch its assignment. */
  follow(index: number): void {
    const each = this.clients[index]!;
    if (each.join !== null || each.sync !== null) return;
    const { memberId, groupInstanceId, generation } = each;
    // An id that has not joined yet has no heartbeat.
    const isJoined = memberId !== "" && generation !== -1;
    const error = isJoined ? this.scenario.heartbeat({ memberId, groupInstanceId, generation }) : "JOIN";
    this.#heartbeat(each, error);
    this.run({ kind: error === "NONE" ? "sync" : "join", client: index });
  }

  #restart(): void {
    // What waits for its commit may be lost or not; the log that we keep has it all, so it counts as committed.
    this.scenario.releaseCommits();
    this.#collect();
    this.scenario.restart();
    for (const each of this.clients) {
      each.join = null;
      each.sync = null;
    }
  }

  #runClient(each: Client, kind: string): void {
    const { memberId, groupInstanceId, generation } = each;
    const identity = { memberId, groupInstanceId, generation };
    if (kind === "join") each.join = this.scenario.join({ memberId, groupInstanceId });
    else if (kind === "sync")
      each.sync = this.scenario.sync({ ...identity, assignments: this.#assign(each) });
    else if (kind === "leave") this.scenario.leave([identity]);
    else if (kind === "heartbeat") this.#heartbeat(each, this.scenario.heartbeat(identity));
    else if (kind === "forget") each.memberId = "";
    else this.#commit(identity);
  }

  #heartbeat(each: Client, error: string): void {
    if (error === "UNKNOWN_MEMBER_ID" || error === "FENCED_INSTANCE_ID") each.memberId = "";
  }

  #commit(identity: { memberId: string; groupInstanceId: string | null; generation: number }): void {
    this.#offset += 1;
    if (this.scenario.commit(this.#offset, identity)[0] === "NONE") this.#acknowledged = this.#offset;
  }

  /** The leader deals the partitions to the members it was told, as an assignor would. */
  #assign(each: Client): { memberId: string; assignment: Buffer }[] {
    const { members } = each;
    return members.map(({ memberId }, index) => {
      const own = Array.from({ length: PARTITIONS }, (_, partition) => partition);
      return {
        memberId,
        assignment: bytes(own.filter((partition) => partition % members.length === index).join(",")),
      };
    });
  }

  #collect(): void {
    for (const each of this.clients) {
      const { join, sync } = each;
      if (join !== null && join.response !== null) this.#joined(each, join.response);
      if (sync !== null && sync.response !== null) {
        if (sync.response.error === "NONE") this.#own(each, sync.response.assignment.toString());
        each.sync = null;
      }
    }
  }

  #joined(each: Client, response: JoinResponse): void {
    if (response.error === "NONE" || response.error === "MEMBER_ID_REQUIRED")
      each.memberId = response.memberId;
    if (response.error === "UNKNOWN_MEMBER_ID" || response.error === "FENCED_INSTANCE_ID") each.memberId = "";
    each.join = null;
    each.generation = response.generation;
    each.members = response.members;
  }

  #own(each: Client, partitions: string): void {
    // A static member that restarts keeps its seat, so the seat is the owner.
    const seat = each.groupInstanceId ?? each.memberId;
    for (const partition of partitions.split(",").filter((part) => part !== "")) {
      const key = `${each.generation}:${partition}`;
      assert.equal(
        this.#owners.get(key) ?? seat,
        seat,
        `partition ${partition} has one owner in a generation`,
      );
      this.#owners.set(key, seat);
    }
  }

  #check(): void {
    const { scenario } = this;
    const stored = scenario.core.state.metadata("g")?.generation ?? 0;
    assert.ok(stored >= this.#lastStored, "the stored generation never regresses");
    this.#lastStored = stored;
    assert.equal(
      scenario.committed(),
      this.#acknowledged,
      "the committed offset is the last that was acknowledged",
    );
    assert.deepEqual(
      facts(scenario.replayed()),
      facts(scenario.core.state),
      "the log says what the memory says",
    );
  }
}

function facts(state: GroupScenario["core"]["state"]): unknown {
  return [...state.groupIds()].map((groupId) => [groupId, state.metadata(groupId), state.offsets(groupId)]);
}

test("whatever members do, partitions have one owner, commits hold, and the log says it all", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
      const fleet = new Fleet();
      for (const each of steps) fleet.run(each);
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("members that come back and stay reach a stable group, whatever happened before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const fleet = new Fleet();
      for (const action of steps) fleet.run(action);
      fleet.run({ kind: "release" });
      for (let round = 0; round < 100 && fleet.scenario.describe() !== "Stable 5"; round += 1) {
        fleet.clients.forEach((_, index) => fleet.follow(index));
        fleet.run({ kind: "wait", durationMs: 2_000 });
      }
      assert.equal(fleet.scenario.describe(), "Stable 5");
    }),
    { numRuns: 50, seed: 5 },
  );
});
