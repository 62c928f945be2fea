import { Command } from "commander";
import { withClusterOptions } from "../output.ts";

export function configCommand(): Command {
  const command = new Command("config").description(
    "Show and change the configuration of topics, brokers and groups.",
  );
  command.addCommand(describe());
  command.addCommand(set());
  command.addCommand(unset());
  return command;
}

const RESOURCE_HELP = "topic:NAME, broker:ID, group:NAME, or brokers for the default of all brokers";

function describe(): Command {
  return withClusterOptions(
    new Command("describe").description("Every key with its value and where that comes from."),
  )
    .argument("<resource>", RESOURCE_HELP)
    .option("--changed", "only keys that somebody has set")
    .option("--docs", "with what each key means")
    .addHelpText(
      "after",
      `
Examples:
  millrace config describe topic:orders
  millrace config describe broker:1 --changed --format json
`,
    )
    .action(async (resource: string, options) => {
      const { describeConfig } = await import("../config-actions.ts");
      await describeConfig(resource, options);
    });
}

function set(): Command {
  return withClusterOptions(new Command("set").description("Set keys; all of them or, on an error, none."))
    .argument("<resource>", RESOURCE_HELP)
    .argument("<key=value...>", "what to set")
    .addHelpText(
      "after",
      `
Examples:
  millrace config set topic:orders retention.ms=86400000 cleanup.policy=compact
  millrace config set brokers log.retention.ms=604800000
`,
    )
    .action(async (resource: string, pairs: string[], options) => {
      const { setConfig } = await import("../config-actions.ts");
      await setConfig(resource, pairs, options);
    });
}

function unset(): Command {
  return withClusterOptions(new Command("unset").description("Take keys back to their default."))
    .argument("<resource>", RESOURCE_HELP)
    .argument("<key...>", "what to unset")
    .addHelpText(
      "after",
      `
Examples:
  millrace config unset topic:orders retention.ms
`,
    )
    .action(async (resource: string, keys: string[], options) => {
      const { unsetConfig } = await import("../config-actions.ts");
      await unsetConfig(resource, keys, options);
    });
}
