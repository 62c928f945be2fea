import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { OperatorError } from "../failure.ts";
import { startProgress } from "../progress.ts";
import type { Format } from "../output.ts";
import { dumpCheckpoint } from "./dump-checkpoint.ts";
import { dumpOffsetIndex, dumpTimeIndex, dumpTransactionIndex } from "./dump-indexes.ts";
import { dumpProducerSnapshot } from "./dump-snapshot.ts";
import { dumpSegment } from "./dump-segment.ts";
import type { Entry } from "./entry.ts";

interface DumpOptions {
  readonly deep?: boolean;
  readonly format: Format;
}

interface FileKind {
  readonly pattern: RegExp;
  dump(path: string, options: { deep: boolean }): Iterable<Entry>;
}

const kinds: readonly FileKind[] = [
  // A metadata snapshot (OFFSET-EPOCH.checkpoint) is a log of its own, in the format of a segment.
  { pattern: /^(\d{20}(\.log|-\d{10}\.checkpoint)(\.\w+)?|bootstrap\.checkpoint)$/, dump: dumpSegment },
  { pattern: /^\d{20}\.index(\.\w+)?$/, dump: dumpOffsetIndex },
  { pattern: /^\d{20}\.timeindex(\.\w+)?$/, dump: dumpTimeIndex },
  { pattern: /^\d{20}\.txnindex(\.\w+)?$/, dump: dumpTransactionIndex },
  { pattern: /^\d{20}\.snapshot(\.\w+)?$/, dump: dumpProducerSnapshot },
  { pattern: /^(leader-epoch|[a-z-]+-offset)-checkpoint$/, dump: dumpCheckpoint },
  {
    pattern: /^(meta\.properties|partition\.metadata|quorum-state|\.kafka_cleanshutdown)$/,
    dump: dumpCheckpoint,
  },
];

/** Prints every known file under the paths. JSON is one object a line: a segment may hold millions. */
export async function dumpLogs(paths: readonly string[], options: DumpOptions): Promise<void> {
  const files = paths.flatMap((path) => filesUnder(path));
  if (files.length === 0) throw new OperatorError(`There is no file of a log in ${paths.join(", ")}`);
  const total = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  // A bar between the lines of a dump that goes to the same terminal would only disturb.
  const progress = process.stdout.isTTY ? null : await startProgress("bytes", total);
  let done = 0;
  for (const { path, kind } of files) {
    if (options.format === "table") await write(`${path}\n`);
    for (const entry of kind.dump(path, { deep: options.deep ?? false })) {
      await write(options.format === "json" ? jsonOf(path, entry) : textOf(entry));
    }
    done += statSync(path).size;
    progress?.update(done);
  }
  progress?.stop();
}

interface KnownFile {
  readonly path: string;
  readonly kind: FileKind;
}

/** A file that was named must be one that we know; in a directory, others are passed over. */
function filesUnder(path: string): KnownFile[] {
  if (!existsSync(path)) throw new OperatorError(`There is no file or directory "${path}"`);
  if (statSync(path).isDirectory()) {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .flatMap((file) => {
        const kind = kindOf(file);
        return kind === undefined ? [] : [{ path: file, kind }];
      });
  }
  const kind = kindOf(path);
  if (kind === undefined) throw new OperatorError(`"${path}" is not named like a file of a log`);
  return [{ path, kind }];
}

function kindOf(path: string): FileKind | undefined {
  return kinds.find(({ pattern }) => pattern.test(basename(path)));
}

function jsonOf(path: string, entry: Entry): string {
  return `${JSON.stringify({ file: path, ...entry }, withBytesAsText)}\n`;
}

/** Bytes inside a decoded record (a member's subscription, say) are shown in base64. */
function withBytesAsText(_name: string, value: unknown): unknown {
  const isBytes = value !== null && typeof value === "object" && "type" in value && value.type === "Buffer";
  return isBytes ? Buffer.from((value as unknown as { data: number[] }).data).toString("base64") : value;
}

/** `name value` pairs on one line; a record stands indented below its batch. */
function textOf(entry: Entry): string {
  const { batch: isOfBatch, ...rest } = entry;
  const words = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${wordOf(value)}`);
  return `${isOfBatch === undefined ? "  " : "      "}${words.join("  ")}\n`;
}

function wordOf(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@+-]+$/.test(value)
    ? value
    : JSON.stringify(value, withBytesAsText);
}

async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => void process.stdout.once("drain", resolve));
}
