import type { SingleBar } from "cli-progress";

/** How far a long run is; nothing is shown unless standard error is a terminal. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** `total` is null when it is not known beforehand; `unit` is a plural ("records", "bytes"). */
export async function startProgress(unit: string, total: number | null): Promise<Progress> {
  if (!process.stderr.isTTY) return SILENT;
  const { default: progress } = await import("cli-progress");
  const shape =
    total === null ? `{value} ${unit}, {duration_formatted}` : `{bar} {percentage}% of {total} ${unit}`;
  const bar: SingleBar = new progress.SingleBar(
    { format: shape, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    progress.Presets.shades_classic,
  );
  bar.start(total ?? 0, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
