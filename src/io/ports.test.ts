import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clockSuite } from "../../test/support/ports/clock-suite.ts";
import { diskSuite } from "../../test/support/ports/disk-suite.ts";
import { networkSuite } from "../../test/support/ports/network-suite.ts";
import type { Subject } from "../../test/support/ports/subject.ts";
import { realEnv } from "./real-env.ts";

const real: Subject = {
  name: "real",
  async run(body) {
    const directory = mkdtempSync(join(tmpdir(), "millrace-ports-"));
    try {
      await body(realEnv({ log: { level: "silent" } }), directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

clockSuite(real);
diskSuite(real);
networkSuite(real);
