import { join } from "node:path";
import { confluentUnavailable } from "../../test/support/confluent.ts";
import { projectRoot } from "../../test/support/project-files.ts";
import { runProcess } from "../../test/support/processes.ts";
import { Unavailable } from "../../test/support/rdkafka.ts";
import type { Figures } from "../figures.ts";
import type { Job, JobReport } from "./job.ts";

/** Beyond what is measured: start, warm-up, joining a group, closing. */
const OVERHEAD_MS_MAX = 30_000;

/**
 * Runs a job in a process of its own.
 * @throws Error with the client's reason, or the end of what the process said, when there are no figures
 * @throws Unavailable when the client is not on this machine
 */
export async function runJob(job: Job): Promise<Figures> {
  const unavailable = job.client === "confluent" ? confluentUnavailable() : null;
  if (unavailable !== null) throw new Unavailable(unavailable);
  const driver = join(projectRoot, "bench/clients/driver.ts");
  const timeoutMs = job.seconds * 1_000 + OVERHEAD_MS_MAX;
  const done = await runProcess(process.execPath, [driver, JSON.stringify(job)], { timeoutMs });
  const line = done.stdout.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error((done.stdout + done.stderr).slice(-400));
  const report = JSON.parse(line) as JobReport;
  if ("error" in report) throw new Error(report.error);
  return report.figures;
}
