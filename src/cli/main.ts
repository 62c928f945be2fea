#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// Before anything large is read, so that it is compiled once and not at every start.
enableCompileCache();
try {
  const { runProgram } = await import("./program.ts");
  await runProgram(process.argv.slice(2));
} catch (error) {
  // Read only now: it knows every kind of error, hence half the program.
  const { failureOf } = await import("./failure.ts");
  const { message, exitCode } = failureOf(error);
  if (message !== null) process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
