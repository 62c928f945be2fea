import type { ClientEnv } from "../../client/network/connection-options.ts";
import { tapped } from "../wire-tap.ts";
import type { ProgramLife } from "./client-host.ts";
import type { ClientRun } from "./client-run.ts";
import { wireNotes } from "./wire-notes.ts";

/** What a client gets of its machine: its network is listened to, and its memory looked at whenever something passed. */
export function tappedEnv(
  run: ClientRun,
  {
    life,
    client,
    bufferedBytes,
  }: { life: ProgramLife; client: string; bufferedBytes: (() => number) | null },
): ClientEnv {
  const { scene } = run;
  const { clock, network, random } = life.env;
  let isLookPlanned = false;
  const look = () => {
    isLookPlanned = false;
    run.note({ kind: "memory-seen", client, bufferedBytes: bufferedBytes?.() ?? 0 });
  };
  const onMoved = () => {
    if (bufferedBytes === null || isLookPlanned) return;
    isLookPlanned = true;
    // In a turn of its own, when all that follows from what has passed has been done and said.
    scene.world.scheduler.after(0, null, look);
  };
  const tap = { watches: wireNotes(run, client), onMoved, onError: (error: unknown) => run.fail(error) };
  return { clock, random, network: tapped(network, tap) };
}

/** A sleep that ends with the program. */
export function pause({ env }: ProgramLife, delayMs: number): Promise<void> {
  return new Promise((resolve) => void env.clock.schedule(delayMs, resolve));
}
