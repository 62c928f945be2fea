import { Command } from "commander";
import { withClusterOptions } from "../output.ts";

export function clusterCommand(): Command {
  const command = new Command("cluster").description("Show the brokers of a cluster.");
  command.addCommand(
    withClusterOptions(
      new Command("info").description("Its id, its controller, its brokers and what they hold."),
    )
      .addHelpText(
        "after",
        `
Examples:
  millrace cluster info
  millrace cluster info -b broker1:9092,broker2:9092 --format json
`,
      )
      .action(async (options) => {
        const { clusterInfo } = await import("../cluster-info.ts");
        await clusterInfo(options);
      }),
  );
  return command;
}
