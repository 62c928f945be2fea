#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { runProgram } from "./program.ts";

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

enableCompileCache();
try {
  await runProgram(process.argv.slice(2));
} catch (error) {
  // Read only now: it knows every kind of error, hence half the program.
  const { failureOf } = await import("./failure.ts");
  const { message, exitCode } = failureOf(error);
  if (message !== null) process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
