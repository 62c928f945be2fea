import { FindCoordinator } from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Section } from "../probe.ts";

export const coordinators: Section = {
  name: "coordinators",
  async run(probe) {
    for (const version of versionsOf(FindCoordinator)) {
      for (const keyType of version === 0 ? [0] : [0, 5, -1]) {
        const request = { key: "d-group", keyType, coordinatorKeys: ["d-group"] };
        await probe.ask(`key type ${keyType}`, FindCoordinator, version, request);
      }
    }
    await probe.ask("an empty key", FindCoordinator, 3, { key: "", keyType: 0 });
    await probe.ask("an empty key", FindCoordinator, 4, { coordinatorKeys: [""], keyType: 0 });
    await probe.ask("two keys", FindCoordinator, 4, { coordinatorKeys: ["a", "b"], keyType: 0 });
    await probe.ask("the same key twice", FindCoordinator, 4, { coordinatorKeys: ["a", "a"], keyType: 0 });
    await probe.ask("no keys", FindCoordinator, 4, { coordinatorKeys: [], keyType: 0 });
    await probe.ask("a share key below its version", FindCoordinator, 5, {
      coordinatorKeys: ["g"],
      keyType: 2,
    });
    await probe.ask("a share key of bad form", FindCoordinator, 6, { coordinatorKeys: ["g"], keyType: 2 });
  },
};
