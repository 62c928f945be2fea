/* The gate before every commit: each check in its turn, the slow ones side by side, and one line for each. */
import { spawn } from "node:child_process";

const checks = [
  ["types", "tsc --noEmit"],
  ["lint", "oxlint --deny-warnings"],
  ["format", "oxfmt --check"],
  ["dead code", "knip --no-progress"],
  ["tests", 'node --test --test-isolation=none --test-reporter=dot "src/**/*.test.ts"'],
];

function run([name, command]) {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const output = [];
    const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(10)} ${seconds} s\n`);
      if (code !== 0) process.stdout.write(`${Buffer.concat(output).toString()}\n`);
      resolve(code === 0);
    });
  });
}

const startedMs = performance.now();
const [types, lint, ...rest] = checks;
const results = await Promise.all([types, lint].map(run));
for (const check of rest) results.push(await run(check));
process.stdout.write(`${((performance.now() - startedMs) / 1000).toFixed(1)} s in all\n`);
process.exitCode = results.every(Boolean) ? 0 : 1;
