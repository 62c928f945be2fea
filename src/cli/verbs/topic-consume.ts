import { Command } from "commander";
import { withClusterOptions } from "../output.ts";
import { gathered, wholeNumber } from "../usage.ts";

export function consumeCommand(): Command {
  return withClusterOptions(new Command("consume").description("Print records as they come."))
    .argument("<topic...>", "what to read; more than one only with -G")
    .option("-p, --partition <number>", "one partition instead of all", wholeNumber(0))
    .option(
      "-o, --offset <where>",
      "beginning, end, an offset, -N (N before the end), s@TIME, e@TIME (repeatable)",
      gathered,
    )
    .option("-G, --group <name>", "read as a member of a group and commit what was printed")
    .option("-c, --count <count>", "end after so many records", wholeNumber(1))
    .option("-e, --exit", "end at the end of the partitions")
    .option("-f, --template <format>", "what to print of each record (see below)")
    .option("--isolation <level>", "read_uncommitted or read_committed", "read_uncommitted")
    .addHelpText(
      "after",
      `
In -f: %t topic, %p partition, %o offset, %T timestamp (ms), %k key, %s value, %h headers, %K and %S the
lengths of key and value (-1: null), %R the value's length as four bytes, %% a percent sign; \\n, \\t, \\xNN.
TIME is in milliseconds since 1970, or ISO 8601. The default is what is new; with -e or -c, from the beginning.

Examples:
  millrace topic consume orders
  millrace topic consume orders -o beginning -e -f '%p/%o %k = %s\\n'
  millrace topic consume orders -o -10 -e --format json
  millrace topic consume orders -o s@2026-11-01T00:00:00Z -o e@2026-11-02T00:00:00Z
  millrace topic consume orders payments -G billing
`,
    )
    .action(async (topics: string[], options) => {
      const { consume } = await import("../topic/consume.ts");
      await consume(topics, options);
    });
}
