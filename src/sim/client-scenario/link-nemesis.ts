import type { SeededRandom } from "../../base/seeded-random.ts";
import type { ClientHost } from "./client-host.ts";
import type { ClientRun } from "./client-run.ts";
import type { ClientFlag } from "./client-swarm.ts";

const BROKER = "broker";

/** Makes things go wrong between single clients and the broker, one way or both, and with the clients themselves. */
export class LinkNemesis {
  readonly #run: ClientRun;
  readonly #hosts: readonly ClientHost[];
  readonly #random: SeededRandom;

  constructor(run: ClientRun, hosts: readonly ClientHost[]) {
    this.#run = run;
    this.#hosts = hosts;
    this.#random = run.scene.world.random.fork("link nemesis");
  }

  async rampage(durationMs: number): Promise<void> {
    const { scene, swarm } = this.#run;
    const deeds = this.#deeds().filter(([flag]) => swarm.clients[flag]);
    const endMs = scene.nowMs + durationMs;
    while (scene.nowMs < endMs) {
      await scene.sleep(this.#random.between(100, 2000));
      const [flag, deed] = deeds.length === 0 ? [] : this.#random.pick(deeds);
      if (deed === undefined) continue;
      scene.sometimes(`fault: ${flag}`);
      await deed(this.#random.pick(this.#hosts));
    }
  }

  #deeds(): [ClientFlag, (host: ClientHost) => Promise<void> | void][] {
    return [
      ["answersLost", ({ machine }) => this.#cut(BROKER, machine.host)],
      ["requestsLost", ({ machine }) => this.#cut(machine.host, BROKER)],
      ["refusals", ({ machine }) => this.#refuse(machine.host)],
      ["clientKills", (host) => host.kill()],
      ["clientPauses", ({ machine }) => machine.pause(this.#random.between(100, 4000))],
    ];
  }

  /** What goes one way is held back, and then comes late or never. */
  async #cut(from: string, to: string): Promise<void> {
    const { network } = this.#run.scene.world;
    network.cut(from, to);
    await this.#run.scene.sleep(this.#random.between(100, 6000));
    if (this.#random.chance(0.5)) network.sever(from, to);
    network.mend(from, to);
  }

  async #refuse(host: string): Promise<void> {
    const { network } = this.#run.scene.world;
    network.refuse(host, BROKER);
    network.sever(host, BROKER);
    await this.#run.scene.sleep(this.#random.between(100, 3000));
    network.accept(host, BROKER);
  }
}
