import { Command } from "commander";
import { withFormat } from "../output.ts";

export function doctorCommand(): Command {
  return withFormat(new Command("doctor").description("Check that this machine is fit to run a broker."))
    .option("--data-dir <dir>", "where the broker is to keep its data", "millrace-data")
    .option("--listen <host:port>", "where the broker is to listen", "127.0.0.1:9092")
    .addHelpText(
      "after",
      `
Ends with 1 when something keeps a broker from running well; a warning alone is no failure.

Examples:
  millrace doctor
  millrace doctor --data-dir /var/lib/millrace --listen 0.0.0.0:9092
`,
    )
    .action(async (options) => {
      const { runDoctor } = await import("../doctor/run-doctor.ts");
      await runDoctor(options);
    });
}
