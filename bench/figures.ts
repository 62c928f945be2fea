import { readFileSync } from "node:fs";

/** What one step found at one broker, by name; the unit is the name's end. */
export type Figures = Readonly<Record<string, number>>;

const TICKS_PER_SECOND = 100; // Linux gives the times of a process in 1/100 s on every platform that Node runs on.
const SAMPLE_EVERY_MS = 200;

/** User and system time of a process since it started. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Runs a load and adds what the broker's process used meanwhile. `bytes` of the load's figures gives CPU per GB. */
export async function withProcessFigures(pid: number, load: () => Promise<Figures>): Promise<Figures> {
  const cpuBefore = cpuSeconds(pid);
  let residentMaxMb = residentMb(pid);
  const sampler = setInterval(
    () => (residentMaxMb = Math.max(residentMaxMb, residentMb(pid))),
    SAMPLE_EVERY_MS,
  );
  try {
    const figures = await load();
    const brokerCpuSeconds = cpuSeconds(pid) - cpuBefore;
    const gigabytes = (figures["bytes"] ?? 0) / 1e9;
    return {
      ...figures,
      brokerCpuSeconds,
      residentMaxMb,
      ...(gigabytes > 0 ? { cpuSecondsPerGb: brokerCpuSeconds / gigabytes } : {}),
    };
  } finally {
    clearInterval(sampler);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The value that `share` (0 to 1) of the sorted values do not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
