import { Command } from "commander";
import { withClusterOptions } from "../output.ts";
import { gathered, wholeNumber } from "../usage.ts";
import { consumeCommand } from "./topic-consume.ts";
import { produceCommand } from "./topic-produce.ts";

export function topicCommand(): Command {
  const command = new Command("topic").description(
    "Create, list, describe, change and delete topics; produce to and consume from them.",
  );
  for (const verb of [create(), list(), describe(), alter(), remove(), produceCommand(), consumeCommand()]) {
    command.addCommand(verb);
  }
  return command;
}

function create(): Command {
  return withClusterOptions(new Command("create").description("Create a topic."))
    .argument("<topic>", "its name")
    .option("-p, --partitions <count>", "how many partitions (default: the broker's)", wholeNumber(1))
    .option("-r, --replication-factor <count>", "how many replicas (default: the broker's)", wholeNumber(1))
    .option("-c, --config <key=value>", "a topic configuration (repeatable)", gathered)
    .option("--if-not-exists", "succeed when the topic is there already")
    .addHelpText(
      "after",
      `
Examples:
  millrace topic create orders
  millrace topic create orders --partitions 6 --config cleanup.policy=compact
`,
    )
    .action(async (name: string, options) => {
      const { createOne } = await import("../topic/topic-actions.ts");
      await createOne(name, options);
    });
}

function list(): Command {
  return withClusterOptions(new Command("list").description("All topics."))
    .option("--internal", "also those that the broker keeps for itself")
    .addHelpText("after", "\nExamples:\n  millrace topic list\n  millrace topic list --format json\n")
    .action(async (options) => {
      const { listAll } = await import("../topic/topic-actions.ts");
      await listAll(options);
    });
}

function describe(): Command {
  return withClusterOptions(
    new Command("describe").description("A topic's partitions: leader, replicas, first and next offset."),
  )
    .argument("<topic...>", "their names")
    .addHelpText("after", "\nExamples:\n  millrace topic describe orders payments\n")
    .action(async (names: string[], options) => {
      const { describeSome } = await import("../topic/topic-actions.ts");
      await describeSome(names, options);
    });
}

function alter(): Command {
  return withClusterOptions(
    new Command("alter").description("Add partitions, change the configuration or delete old records."),
  )
    .argument("<topic>", "its name")
    .option("-p, --partitions <count>", "grow to so many partitions", wholeNumber(1))
    .option("-c, --config <key=value>", "set a topic configuration (repeatable)", gathered)
    .option("--delete-config <key>", "take a configuration back to its default (repeatable)", gathered)
    .option("--delete-records <partition:offset>", "delete records before an offset (repeatable)", gathered)
    .addHelpText(
      "after",
      `
Examples:
  millrace topic alter orders --partitions 12
  millrace topic alter orders --config retention.ms=3600000 --delete-config segment.bytes
  millrace topic alter orders --delete-records 0:1500
`,
    )
    .action(async (name: string, options) => {
      const { alterOne } = await import("../topic/topic-actions.ts");
      await alterOne(name, options);
    });
}

function remove(): Command {
  return withClusterOptions(new Command("delete").description("Delete topics with all their records."))
    .argument("<topic...>", "their names")
    .addHelpText("after", "\nExamples:\n  millrace topic delete orders\n")
    .action(async (names: string[], options) => {
      const { deleteSome } = await import("../topic/topic-actions.ts");
      await deleteSome(names, options);
    });
}
