import { Command } from "commander";
import { VERSION } from "./version.ts";

interface Verb {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Each verb's file is read only when the verb is used, so that `--help` and short commands stay quick. */
const verbs: readonly Verb[] = [
  {
    name: "start",
    summary: "run a broker in the foreground",
    load: async () => (await import("./verbs/start.ts")).startCommand(),
  },
  {
    name: "topic",
    summary: "create, list, describe, change and delete topics; produce to and consume from them",
    load: async () => (await import("./verbs/topic.ts")).topicCommand(),
  },
  {
    name: "group",
    summary: "list, describe and delete consumer groups; show their lag; move their offsets",
    load: async () => (await import("./verbs/group.ts")).groupCommand(),
  },
  {
    name: "cluster",
    summary: "show the brokers of a cluster",
    load: async () => (await import("./verbs/cluster.ts")).clusterCommand(),
  },
  {
    name: "config",
    summary: "show and change the configuration of topics, brokers and groups",
    load: async () => (await import("./verbs/config.ts")).configCommand(),
  },
  {
    name: "log",
    summary: "look into the files of a data directory",
    load: async () => (await import("./verbs/log.ts")).logCommand(),
  },
  {
    name: "doctor",
    summary: "check that this machine is fit to run a broker",
    load: async () => (await import("./verbs/doctor.ts")).doctorCommand(),
  },
  {
    name: "test-server",
    summary: "control brokers of tests in any language over HTTP",
    load: async () => (await import("./verbs/test-server.ts")).testServerCommand(),
  },
  {
    name: "completion",
    summary: "print a completion script for your shell",
    load: async () => (await import("./verbs/completion.ts")).completionCommand(),
  },
];

/** The program with every verb's options: what the reference page and completion are made from. */
export async function wholeProgram(options: { except?: string } = {}): Promise<Command> {
  const program = emptyProgram();
  for (const verb of verbs) {
    if (verb.name !== options.except) program.addCommand(await verb.load());
  }
  settle(program);
  return program;
}

function emptyProgram(): Command {
  return new Command("millrace")
    .description("A durable, Kafka-compatible streaming broker in one process.")
    .version(VERSION)
    .addHelpText("after", EXAMPLES);
}

const EXAMPLES = `
Examples:
  millrace start                               a broker on 127.0.0.1:9092, data in ./millrace-data
  millrace topic create orders --partitions 3
  echo 'k1:hello' | millrace topic produce orders -K :
  millrace topic consume orders -o beginning -e

Every verb has its own --help with examples.
`;

/** Every level throws instead of ending the process, so that the exit code is ours to choose. */
function settle(command: Command): void {
  command.exitOverride();
  command.showHelpAfterError("(--help shows how)");
  for (const inner of command.commands) settle(inner);
}

/** Runs one command line, without the program's own name. */
export async function runProgram(words: readonly string[]): Promise<void> {
  if (words[0] === "help") {
    await runProgram([...words.slice(1), "--help"]);
    return;
  }
  const isHelp = words.includes("--help") || words.includes("-h");
  if (words[0] === "complete" || (words[0] === "completion" && words.length > 1 && !isHelp)) {
    const { runCompletion } = await import("./verbs/completion.ts");
    await runCompletion(await wholeProgram({ except: "completion" }), words);
    return;
  }
  const program = emptyProgram();
  const wanted = verbs.find(({ name }) => name === words[0]);
  for (const verb of verbs) {
    if (verb === wanted) program.addCommand(await verb.load());
    else program.command(verb.name).description(verb.summary).summary(verb.summary);
  }
  settle(program);
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: "user" });
}
