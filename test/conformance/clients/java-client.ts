import { features } from "../features.ts";
import type { Case, Client } from "../client.ts";
import type { JavaDriver } from "../java-driver.ts";

/** The Java client, from the oldest part of its API that does the job; every feature of the list. */
export function javaClient(java: JavaDriver): Client {
  const one =
    (name: string): Case =>
    async (world) => {
      const result = await java.run("ClientCases", [world.address, name, world.fresh("java")]);
      if (result.code === 0) return;
      const cause = /^(?:Caused by: )?(?:[\w.$]+(?:Exception|Error)): .*$/m.exec(result.output)?.[0];
      throw new Error(result.code === 124 ? "not done in time" : (cause ?? result.output.slice(-300)));
    };
  return {
    name: "Java client 4.3.1",
    prepare: () => java.prepare(),
    cases: Object.fromEntries(features.map(([feature]) => [feature, one(feature)])),
  };
}
