import type { SendCalled } from "./client-history.ts";
import type { HistoryEvent } from "./history.ts";
import { Violation, type Invariant } from "./invariant.ts";

/** Every send is answered, well or not, once and by the time that the producer's options promise. */
export class SendsSettleInTime implements Invariant {
  readonly number = null;
  readonly name = "SendsSettleInTime";
  readonly #open = new Map<string, SendCalled>(); // By value.

  observe(event: HistoryEvent): void {
    if (event.kind === "send-called") this.#open.set(event.value, event);
    if (event.kind === "client-died") this.#forget(event.program);
    if (event.kind === "client-rested") this.#checkNoneOpen(event.program);
    if (event.kind !== "send-settled") return;
    const call = this.#open.get(event.value);
    if (call === undefined) throw new Violation(this, `"${event.value}" was settled, and is not open`);
    this.#open.delete(event.value);
    if (event.atMs <= call.settlesByMs) return;
    const lateMs = Math.ceil(event.atMs - call.settlesByMs);
    throw new Violation(this, `"${event.value}" was settled ${lateMs} ms later than promised`);
  }

  #forget(program: string): void {
    for (const [value, { client }] of this.#open) if (client.startsWith(program)) this.#open.delete(value);
  }

  #checkNoneOpen(program: string): void {
    for (const [value, { client }] of this.#open) {
      if (client.startsWith(program))
        throw new Violation(this, `"${value}" is open after "${client}" closed`);
    }
  }
}
