import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { javaLogOption } from "../support/kafka.ts";
import { kafkaClassPath, kafkaUnavailable } from "../support/kafka-jars.ts";
import { cacheFolder, projectRoot } from "../support/project-files.ts";
import { commandPath, runProcess, startProcess, until, type RunningProcess } from "../support/processes.ts";

const TOOL_TIMEOUT_MS = 30_000;
const sources = join(projectRoot, "test/conformance/java");

export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

interface ToolOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** One JVM that runs the main methods of Java tools one after the other. */
export class JavaDriver {
  private driver: RunningProcess | null = null;
  private count = 0;
  private unread = "";

  /** Compiles the driver if its sources are newer, and starts it; returns why that is not possible, or null. */
  async prepare(): Promise<string | null> {
    if (this.driver !== null) return null;
    const unavailable = await kafkaUnavailable();
    if (unavailable !== null) return unavailable;
    if ((await commandPath("javac")) === null) return "no javac on PATH";
    const classPath = await kafkaClassPath();
    const classes = cacheFolder("java/classes");
    if (!isCompiled(classes)) {
      const files = readdirSync(sources).map((name) => join(sources, name));
      const compiled = await runProcess("javac", ["-d", classes, "-cp", classPath, ...files], {
        timeoutMs: 60_000,
      });
      if (compiled.code !== 0) throw new Error(`javac: ${compiled.stderr.slice(0, 2_000)}`);
    }
    // Short runs: what the second compiler would gain is less than what it takes from two cores.
    const flags = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", javaLogOption("ERROR")];
    this.driver = startProcess("java", [...flags, "-cp", `${classes}:${classPath}`, "Driver"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.driver.child.stdout?.on("data", (chunk: Buffer) => (this.unread += chunk.toString()));
    return null;
  }

  /** Runs a main method; exit code 124 says that it did not end in time. */
  async run(
    mainClass: string,
    parameters: readonly string[],
    options: ToolOptions = {},
  ): Promise<ToolResult> {
    const { driver } = this;
    if (driver === null) throw new Error("The Java driver was not started");
    const { input = "", timeoutMs = TOOL_TIMEOUT_MS } = options;
    this.count += 1;
    const fields = [String(this.count), String(timeoutMs), input, mainClass, ...parameters];
    const line = fields.map((field) => `.${Buffer.from(field).toString("base64")}`).join(" ");
    driver.child.stdin?.write(`${line}\n`);
    const answer = new RegExp(`^@@ ${this.count} (-?\\d+) ?(\\S*)\n`, "m");
    await until(
      `${mainClass} answers`,
      () => {
        if (driver.hasEnded) throw new Error(`The Java driver ended: ${driver.output.slice(-1_000)}`);
        return answer.test(this.unread);
      },
      { timeoutMs: timeoutMs + 15_000, everyMs: 5 },
    );
    const [, code = "1", output = ""] = answer.exec(this.unread) ?? [];
    this.unread = "";
    return { code: Number(code), output: Buffer.from(output, "base64").toString() };
  }

  /** In a JVM of its own, for a tool that does the last of its work while the JVM ends. */
  async runAlone(mainClass: string, parameters: readonly string[]): Promise<ToolResult> {
    const flags = [
      "-Xmx256m",
      "-XX:TieredStopAtLevel=1",
      javaLogOption("ERROR"),
      "-cp",
      await kafkaClassPath(),
    ];
    const options = { timeoutMs: TOOL_TIMEOUT_MS };
    const ended = await runProcess("java", [...flags, mainClass, ...parameters], options);
    return { code: ended.code ?? 1, output: ended.stdout + ended.stderr };
  }

  async close(): Promise<void> {
    await this.driver?.stop("SIGKILL");
    this.driver = null;
  }
}

function isCompiled(classes: string): boolean {
  return readdirSync(sources).every((name) => {
    const compiled = join(classes, name.replace(".java", ".class"));
    return existsSync(compiled) && statSync(compiled).mtimeMs > statSync(join(sources, name)).mtimeMs;
  });
}
