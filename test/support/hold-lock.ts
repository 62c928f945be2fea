import { realDisk } from "../../src/io/disk.ts";

/** Takes the lock named on the command line and holds it until it is killed. */
try {
  realDisk().lock(process.argv[2]!);
  console.log("locked");
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log((error as { code?: string }).code);
}
