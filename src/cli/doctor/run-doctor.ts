import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { OperatorError } from "../failure.ts";
import { printRows, type Format } from "../output.ts";
import { parseAddress } from "../usage.ts";
import { ok, problem, warning, type Finding } from "./check.ts";
import {
  judgeClock,
  judgeFileSystem,
  judgeFreeSpace,
  judgeNodeVersion,
  judgeOpenFiles,
  judgeSyncLatency,
} from "./judge.ts";

export interface DoctorOptions {
  readonly dataDir: string;
  readonly listen: string;
  readonly format: Format;
}

const SYNC_ROUNDS = 20;
const SYNC_BYTES = 4_096;

/** Measures what a broker depends on and prints a verdict and an advice for each. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const directory = resolve(options.dataDir);
  const findings: Finding[] = [
    judgeNodeVersion(process.versions.node),
    judgeOpenFiles(openFilesLimit()),
    judgeClock(Date.now()),
    ...directoryFindings(directory),
    await portFinding(options.listen),
  ];
  const rows = findings.map((finding) => ({ ...finding }));
  await printRows(options.format, ["check", "verdict", "found", "advice"], rows);
  const problems = findings.filter(({ verdict }) => verdict === "problem").length;
  if (problems > 0) throw new OperatorError(`${problems} of ${findings.length} checks found a problem`);
}

/** Node raises the soft limit to the hard one when it starts, so that is the one that counts. */
function openFilesLimit(): number | null {
  if (process.platform !== "linux") return null;
  const line = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  return line === null || line[1] === "unlimited" ? null : Number(line[1]);
}

/** A directory that does not exist yet is judged by the nearest parent that does: the broker would make it. */
function directoryFindings(directory: string): Finding[] {
  let existing = directory;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize, type } = statfsSync(existing);
  const findings = [judgeFreeSpace(bavail * bsize), judgeFileSystem(fileSystemName(type))];
  const probe = join(existing, `.millrace-doctor-${process.pid}`);
  try {
    mkdirSync(probe);
    findings.push(ok("permissions", `${existing} can be written`), syncFinding(join(probe, "sync")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    findings.push(
      problem("permissions", `${existing}: ${code}`, "Let this user write to the data directory."),
    );
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
  return findings;
}

const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb3"],
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x794c7630, "overlay"],
  [0x2fc12fc1, "zfs"],
]);

/** Linux gives a file system's magic number; other systems' numbers mean something else. */
function fileSystemName(type: number): string | null {
  return process.platform === "linux" ? (FILE_SYSTEMS.get(type) ?? null) : null;
}

function syncFinding(path: string): Finding {
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(SYNC_BYTES, 1);
  const rounds: number[] = [];
  try {
    for (let round = 0; round < SYNC_ROUNDS; round += 1) {
      const startedMs = performance.now();
      writeSync(file, bytes);
      fdatasyncSync(file);
      rounds.push(performance.now() - startedMs);
    }
  } finally {
    closeSync(file);
  }
  rounds.sort((a, b) => a - b);
  return judgeSyncLatency(rounds[SYNC_ROUNDS / 2]!, rounds.at(-1)!);
}

async function portFinding(listen: string): Promise<Finding> {
  const { host, port } = parseAddress(listen, { host: "127.0.0.1", port: 9092 });
  const code = await new Promise<string | null>((settle) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => settle(error.code ?? "unknown"));
    server.listen(port, host, () => server.close(() => settle(null)));
  });
  const name = `${host}:${port}`;
  if (code === null) return ok("port", `${name} is free`);
  if (code === "EADDRINUSE") return warning("port", `${name} is in use`, "Fine when that is your broker.");
  return problem("port", `${name}: ${code}`, "Choose another --listen.");
}
