import type { SeededRandom } from "../../base/seeded-random.ts";
import type { PowerCutLaw } from "../disk-image.ts";
import { noDiskFaults } from "../disk-faults.ts";
import { noNetworkFaults } from "../network-faults.ts";
import type { BrokerHost } from "./broker-host.ts";
import type { Scene } from "./scene.ts";
import type { SwarmFlag } from "./swarm.ts";

const laws: readonly PowerCutLaw[] = [
  { keep: 1, lose: 1, tear: 1 },
  { keep: 0, lose: 1, tear: 0 },
  { keep: 3, lose: 1, tear: 0 },
  { keep: 1, lose: 0, tear: 3 },
];

/** Makes things go wrong, as far as the swarm of this run allows, and puts them right in the end. */
export class Nemesis {
  readonly #scene: Scene;
  readonly #host: BrokerHost;
  readonly #random: SeededRandom;

  constructor(scene: Scene, host: BrokerHost) {
    this.#scene = scene;
    this.#host = host;
    this.#random = scene.world.random.fork("nemesis");
  }

  async rampage(durationMs: number): Promise<void> {
    const { swarm, nowMs } = this.#scene;
    this.#setLinks();
    if (swarm.slowDisks) Object.assign(this.#host.machine.image.faults, { slow: 0.05, slowMs: 800 });
    const deeds = this.#deeds().filter(([flag]) => swarm[flag]);
    const endMs = nowMs + durationMs;
    while (this.#scene.nowMs < endMs) {
      await this.#scene.sleep(this.#random.between(200, 2500));
      const [flag, deed] = deeds.length === 0 ? [] : this.#random.pick(deeds);
      if (deed === undefined) continue;
      this.#scene.sometimes(`fault: ${flag}`);
      await deed();
    }
  }

  /** Ends all faults. What the disk did to the broker stays, so it is started again where it was hurt. */
  async heal(): Promise<void> {
    const { network, scheduler } = this.#scene.world;
    Object.assign(network.faults, noNetworkFaults());
    network.heal();
    const { image } = this.#host.machine;
    Object.assign(image.faults, noDiskFaults());
    if (this.#host.isHurt) this.#cutPower();
    while (!this.#host.isUp) await this.#scene.sleep(100);
    this.#scene.world.trace.listener?.(`healed at ${scheduler.nowMs}`);
  }

  #deeds(): [SwarmFlag, () => Promise<void> | void][] {
    const { machine } = this.#host;
    const random = this.#random;
    return [
      ["powerCuts", () => this.#cutPower()],
      ["kills", () => this.#host.kill()],
      ["cleanRestarts", () => this.#host.restart()],
      ["pauses", () => machine.pause(random.between(100, 8000))],
      ["clockJumps", () => machine.wall.jump(random.between(-20_000, 20_000))],
      ["syncFailures", () => this.#failDisk({ syncFailure: 0.5 })],
      ["readFailures", () => this.#failDisk({ readFailure: 0.2 })],
      ["fullDisks", () => this.#fillDisk()],
    ];
  }

  #cutPower(): void {
    this.#host.cutPower(this.#random.pick(laws));
  }

  async #failDisk(failing: { syncFailure: number } | { readFailure: number }): Promise<void> {
    const { faults } = this.#host.machine.image;
    Object.assign(faults, failing);
    await this.#scene.sleep(this.#random.between(50, 800));
    Object.assign(faults, { syncFailure: 0, readFailure: 0 });
    if (!this.#host.isHurt) return;
    // The broker has some time to show how it behaves on the failed disk before somebody restarts the machine.
    await this.#scene.sleep(this.#random.between(100, 3000));
    this.#cutPower();
  }

  async #fillDisk(): Promise<void> {
    const { image } = this.#host.machine;
    image.faults.capacityBytes = image.usedBytes + this.#random.below(3000);
    await this.#scene.sleep(this.#random.between(500, 4000));
    image.faults.capacityBytes = noDiskFaults().capacityBytes;
    if (image.dice.counts.full > 0) this.#scene.sometimes("the disk was full");
  }

  #setLinks(): void {
    const { swarm, world } = this.#scene;
    const { faults } = world.network;
    faults.latencyMs = this.#random.pick([1, 5, 50]);
    if (swarm.resets) faults.reset = 0.01;
    if (swarm.stalls) faults.stall = 0.02;
    if (swarm.fragments) faults.fragment = 0.3;
    if (swarm.smallWindows) faults.windowBytes = 700;
  }
}
