/**
 * Java's properties format: `key=value`, `key: value` or `key value`; `#` and `!` begin comments; a backslash
 * at the end of a line continues it and elsewhere escapes the next character. A repeated key keeps its last value.
 */
export function parseProperties(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const at = keyEnd(line);
    const rest = line.slice(at).replace(/^[ \t\f]*[=:]?[ \t\f]*/, "");
    entries.set(unescape(line.slice(0, at)), unescape(rest));
  }
  return entries;
}

/** One `key=value` a line, in the map's order. */
export function formatProperties(entries: ReadonlyMap<string, string>): string {
  return [...entries].map(([key, value]) => `${key}=${value.replaceAll("\\", "\\\\")}\n`).join("");
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let pending = "";
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, "");
    if (pending === "" && (line === "" || line.startsWith("#") || line.startsWith("!"))) continue;
    const backslashes = /\\*$/.exec(line)![0].length;
    if (backslashes % 2 === 1) {
      pending += line.slice(0, -1);
    } else {
      lines.push(pending + line);
      pending = "";
    }
  }
  if (pending !== "") lines.push(pending);
  return lines;
}

function keyEnd(line: string): number {
  let at = 0;
  while (at < line.length && !/[=: \t\f]/.test(line[at]!)) at += line[at] === "\\" ? 2 : 1;
  return Math.min(at, line.length);
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escape: string) =>
    escape.length === 5 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : (ESCAPES[escape] ?? escape),
  );
}
