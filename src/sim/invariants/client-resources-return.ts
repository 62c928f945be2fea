import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** A program that has closed all its clients holds no connection, no timer and no record of theirs. */
export class ClientResourcesReturn implements Invariant {
  readonly number = 33;
  readonly name = "ClientResourcesReturn";

  observe(event: HistoryEvent): void {
    if (event.kind !== "client-rested") return;
    const { program, connections, timers, bufferedBytes } = event;
    if (connections > 0) throw new Violation(this, `"${program}" is left with ${connections} connections`);
    if (timers > 0) throw new Violation(this, `"${program}" is left with ${timers} timers`);
    if (bufferedBytes > 0)
      throw new Violation(this, `"${program}" is left with ${bufferedBytes} bytes buffered`);
  }
}
