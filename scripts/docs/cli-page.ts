import type { Command } from "commander";
import { wholeProgram } from "../../src/cli/program.ts";

const HELP_WIDTH = 100;

/** docs/cli.md: the help page of every verb, as the program itself prints it. */
export async function cliPage(): Promise<string> {
  const program = await wholeProgram();
  const sections = [...walk(program, [])].map(
    ({ name, help }) => `## ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`,
  );
  return `${HEAD}\n${sections.join("\n")}`;
}

const HEAD = `# The command line

<!-- Written by \`npm run docs\` from the program's own help; a test compares them. -->

In a checkout, \`npm start -- FLAGS\` is \`millrace start FLAGS\`, and \`npm run -s millrace -- VERB ...\` is every
other verb. Exit codes: 0 done, 1 failed, 2 the command line is wrong.
`;

function* walk(command: Command, parents: readonly string[]): Generator<{ name: string; help: string }> {
  const path = [...parents, command.name()];
  yield { name: path.join(" "), help: helpOf(command) };
  for (const inner of command.commands) yield* walk(inner, path);
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (chunk) => {
      text += chunk;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}
