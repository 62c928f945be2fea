/* The unit suite once on each older Node that the package promises; the newest runs it in `npm test`. */
import { spawnSync } from "node:child_process";
import { nodeBinary } from "./node-binary.mjs";

/** Node 22 has the switch under an older name. */
const isolation = { 22: "--experimental-test-isolation=none", 24: "--test-isolation=none" };

let failed = 0;
for (const major of [22, 24]) {
  const node = nodeBinary(major);
  if (node === null) {
    process.stdout.write(`Node ${major}: skipped, npm has no binary for this platform or is out of reach\n`);
    continue;
  }
  process.stdout.write(`Node ${major}: ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout}`);
  const args = [
    "--test",
    isolation[major],
    "--no-warnings",
    "--test-reporter=dot",
    "--test-reporter-destination=stderr",
  ];
  const counts = ["--test-reporter=tap", "--test-reporter-destination=stdout"];
  const result = spawnSync(node, [...args, ...counts, "src/**/*.test.ts"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 256 * 1024 * 1024,
  });
  const pass = /^# pass (\d+)$/m.exec(result.stdout)?.[1] ?? "0";
  const fail = /^# fail (\d+)$/m.exec(result.stdout)?.[1] ?? "1";
  process.stdout.write(`\n${pass} passed, ${fail} failed\n`);
  if (result.status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
