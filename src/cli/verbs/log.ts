import { Command } from "commander";
import { withFormat } from "../output.ts";

export function logCommand(): Command {
  const command = new Command("log").description("Look into the files of a data directory.");
  command.addCommand(
    withFormat(
      new Command("dump").description("Print what segment, index, snapshot and checkpoint files hold."),
    )
      .argument("<path...>", "files, or directories with all that is in them")
      .option("--deep", "every record, not only the batches; what the broker wrote for itself, decoded")
      .addHelpText(
        "after",
        `
The broker need not run, and the files may be Apache Kafka's: the format is the same.

Examples:
  millrace log dump millrace-data/orders-0
  millrace log dump --deep millrace-data/orders-0/00000000000000000000.log
  millrace log dump --deep --format json millrace-data/__cluster_metadata-0
`,
      )
      .action(async (paths: string[], options) => {
        const { dumpLogs } = await import("../log-dump/dump-logs.ts");
        await dumpLogs(paths, options);
      }),
  );
  return command;
}
