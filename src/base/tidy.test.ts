import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

/*
 * Taste that the linter cannot see. Sizes, parameter counts, imports and purity are oxlint's (.oxlintrc.json).
 * Each rule prints every offending line, so one run shows all the work.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const COMMENT_COLUMNS_MAX = 125;

interface SourceFile {
  readonly path: string;
  readonly lines: readonly string[];
}

function sourceFiles(): SourceFile[] {
  return ["src", "test", "bench", "scripts"].flatMap((folder) => filesUnder(folder));
}

function filesUnder(folder: string): SourceFile[] {
  let entries;
  try {
    entries = readdirSync(root + folder, { recursive: true, withFileTypes: true });
  } catch {
    return []; // A folder that does not exist (yet) holds no offender.
  }
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => !path.includes("/node_modules/") && !path.includes("/results/"))
    .map((path) => ({ path: path.slice(root.length), lines: readFileSync(path, "utf8").split("\n") }));
}

const files = sourceFiles();

function offenders(isOffence: (line: string, file: SourceFile) => boolean): string[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, index) =>
      isOffence(line, file) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
    ),
  );
}

function isPure(file: SourceFile): boolean {
  return /^src\/(core|wire)\//.test(file.path) && !file.path.endsWith(".test.ts");
}

test("no comment is wider than the page", () => {
  // Code is the formatter's; comments it leaves alone.
  const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*)/.test(line);
  assert.deepEqual(
    offenders((line) => line.length > COMMENT_COLUMNS_MAX && isComment(line) && !/https?:/.test(line)),
    [],
  );
});

test("files are named in kebab-case", () => {
  const names = files.map((file) => file.path).filter((path) => !/^[a-z0-9./-]+$/.test(path));
  assert.deepEqual(names, []);
});

test("cores and codecs never await", () => {
  assert.deepEqual(
    offenders((line, file) => isPure(file) && /^[^/*"]*\bawait\b/.test(line)),
    [],
  );
});

test("nothing is named Manager, Helper, Util or Impl", () => {
  const vague = /\b(?:class|interface|type|function|const|let)\s+\w*(?:Manager|Helper|Utils?|Impl)\b/;
  assert.deepEqual(
    offenders((line) => vague.test(line)),
    [],
  );
});

test("names are words, not abbreviations", () => {
  const short =
    /\b(?:const|let|function)\s+(?:cfg|ctx|req|res|resp|msg|buf|idx|tmp|conn|cb|fn|val|arr|obj)\b/;
  assert.deepEqual(
    offenders((line) => short.test(line)),
    [],
  );
});

test("a note of work to do carries its issue's number", () => {
  const note = /\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/;
  assert.deepEqual(
    offenders((line, file) => note.test(line) && !file.path.endsWith("tidy.test.ts")),
    [],
  );
});

test("comments are sentences, not banners", () => {
  assert.deepEqual(
    offenders((line) => /^\s*(\/\/|\*|\/\*)\s*[-=*#]{4,}/.test(line)),
    [],
  );
});

test("sources use no syntax that Node 22 lacks", () => {
  // Tests run from the sources on every Node that the package promises; nothing is compiled for the old ones.
  const isInSource = (file: SourceFile): boolean => file.path.startsWith("src/");
  assert.deepEqual(
    offenders((line, file) => isInSource(file) && /^\s*(await )?using \w+ =/.test(line)),
    [],
  );
});
