import { Command } from "commander";
import { withClusterOptions } from "../output.ts";
import { gathered } from "../usage.ts";

export function groupCommand(): Command {
  const command = new Command("group").description(
    "List, describe and delete consumer groups; show their lag; move their offsets.",
  );
  for (const verb of [list(), describe(), remove(), resetOffsets()]) command.addCommand(verb);
  return command;
}

function list(): Command {
  return withClusterOptions(new Command("list").description("All groups with their state."))
    .addHelpText("after", "\nExamples:\n  millrace group list\n")
    .action(async (options) => {
      const { listAllGroups } = await import("../group/group-actions.ts");
      await listAllGroups(options);
    });
}

function describe(): Command {
  return withClusterOptions(
    new Command("describe").description("A group's members, its position in each partition, and its lag."),
  )
    .argument("<group>", "its name")
    .addHelpText("after", "\nExamples:\n  millrace group describe billing --format json\n")
    .action(async (groupId: string, options) => {
      const { describeOneGroup } = await import("../group/group-actions.ts");
      await describeOneGroup(groupId, options);
    });
}

function remove(): Command {
  return withClusterOptions(
    new Command("delete").description("Delete groups that have no member, with their offsets."),
  )
    .argument("<group...>", "their names")
    .addHelpText("after", "\nExamples:\n  millrace group delete billing\n")
    .action(async (groupIds: string[], options) => {
      const { deleteGroups } = await import("../group/group-actions.ts");
      await deleteGroups(groupIds, options);
    });
}

function resetOffsets(): Command {
  return withClusterOptions(
    new Command("reset-offsets").description("Move where a group without members goes on reading."),
  )
    .argument("<group>", "its name")
    .requiredOption("--topic <name[:partition]>", "what to move (repeatable)", gathered)
    .requiredOption(
      "--to <where>",
      "beginning, end, an offset, -N (N before the end), or @TIME in ms or ISO 8601",
    )
    .option("--dry-run", "only show what would be done")
    .addHelpText(
      "after",
      `
Examples:
  millrace group reset-offsets billing --topic orders --to beginning
  millrace group reset-offsets billing --topic orders:0 --to @2026-11-01T00:00:00Z --dry-run
`,
    )
    .action(async (groupId: string, options) => {
      const { resetGroupOffsets } = await import("../group/reset-offsets.ts");
      await resetGroupOffsets(groupId, options);
    });
}
