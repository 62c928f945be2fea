import { Command } from "commander";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

export function completionCommand(): Command {
  const command = new Command("completion").description("Print a completion script for your shell.");
  command.addArgument(command.createArgument("<shell>", "which shell").choices(SHELLS)).addHelpText(
    "after",
    `
Examples:
  source <(millrace completion bash)
  millrace completion zsh > ~/.zfunc/_millrace
  millrace completion fish > ~/.config/fish/completions/millrace.fish
`,
  );
  return command;
}

/**
 * Runs `completion SHELL`, and the hidden `complete -- WORDS` which the printed script calls at every tab.
 * Both need the whole program: they list its verbs and options.
 */
export async function runCompletion(program: Command, words: readonly string[]): Promise<void> {
  const { default: tab } = await import("@bomb.sh/tab/commander");
  tab(program, { completionCommandName: "completion" });
  await program.parseAsync(words, { from: "user" });
}
