import { clockSuite } from "../../test/support/ports/clock-suite.ts";
import { diskSuite } from "../../test/support/ports/disk-suite.ts";
import { networkSuite } from "../../test/support/ports/network-suite.ts";
import type { Subject } from "../../test/support/ports/subject.ts";
import { World } from "./world.ts";

const simulated: Subject = {
  name: "simulated",
  async run(body) {
    const world = new World(42);
    const env = world.machine("node").boot();
    env.disk.makeDirectory("/data");
    await world.complete(body(env, "/data"));
  },
};

clockSuite(simulated);
diskSuite(simulated);
networkSuite(simulated);
