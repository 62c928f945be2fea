import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generatedPages } from "./docs/pages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const [path, text] of await generatedPages()) {
  writeFileSync(root + path, text);
  process.stdout.write(`wrote ${path}\n`);
}
