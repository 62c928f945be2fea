import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** A broker has some timers of its own; per client or per request there must be none when the clients are gone. */
const OWN_TIMERS_MAX = 64;
/** The active segments of all partitions, and the few closed ones that were read last. */
const OPEN_FILES_MAX = 256;
/** The answers that may wait for one connection: the most that the clients ask for at once, with room. */
const QUEUED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Connections, timers and files return to what they were, and no queue grows without bound for a reader
 * that does not read.
 */
export class ResourcesReturn implements Invariant {
  readonly number = 33;
  readonly name = "ResourcesReturn";

  observe(event: HistoryEvent): void {
    if (event.kind !== "rested") return;
    const { connections, timers, openFiles, queuedBytesMax } = event;
    if (connections > 0) throw new Violation(this, `${connections} connections are left without a client`);
    if (timers > OWN_TIMERS_MAX) throw new Violation(this, `${timers} timers are left`);
    if (openFiles > OPEN_FILES_MAX) throw new Violation(this, `${openFiles} files are open`);
    if (queuedBytesMax > QUEUED_BYTES_MAX) {
      throw new Violation(this, `${queuedBytesMax} bytes waited for one connection`);
    }
  }
}
