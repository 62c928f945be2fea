import { Command } from "commander";
import { withClusterOptions } from "../output.ts";
import { gathered, wholeNumber } from "../usage.ts";

export function produceCommand(): Command {
  return withClusterOptions(
    new Command("produce").description("Send records: the lines of standard input or of files."),
  )
    .argument("<topic>", "where to; created when the broker creates topics by itself")
    .argument("[file...]", "files to read; without one, standard input")
    .option("-K, --key-delimiter <text>", "what parts a line into key and value")
    .option("-k, --key <text>", "the key of every record")
    .option("-H, --header <name=value>", "a header of every record (repeatable)", gathered)
    .option("-p, --partition <number>", "one partition instead of the key's", wholeNumber(0))
    .option("-l, --lines", "each line is a record (that is so anyway)")
    .option("--whole", "each file is one record")
    .option("-Z, --null", "an empty key or value is a null")
    .option("-z, --compression <codec>", "none, gzip, snappy, lz4 or zstd", "none")
    .option("--acks <acks>", "0, 1 or all", "all")
    .option("--rate <per-second>", "no more than so many records a second", wholeNumber(1))
    .option("--generate <count>", "send so many made-up records instead of reading any", wholeNumber(1))
    .option("--size <bytes>", "bytes of each made-up value", wholeNumber(0), 100)
    .option("--batch-size <bytes>", "bytes of one partition's records that travel together", wholeNumber(1))
    .option("--linger-ms <ms>", "how long a small batch waits for company", wholeNumber(0))
    .option("--buffer-memory <bytes>", "bytes that wait for their acks at most", wholeNumber(1))
    .addHelpText(
      "after",
      `
Examples:
  echo 'k1:hello' | millrace topic produce orders -K :
  millrace topic produce orders events.jsonl -z zstd
  millrace topic produce orders --generate 100000 --size 1024 --rate 5000
`,
    )
    .action(async (topic: string, files: string[], options) => {
      const { produce } = await import("../topic/produce.ts");
      await produce(topic, files, options);
    });
}
