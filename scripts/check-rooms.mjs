// Checks what only one file of src may do: read the environment and the clock, write to the streams of the process.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ONLY = [
  {
    pattern: /\bprocess\.(?:env|cwd|std(?:in|out|err))\b|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    files: ["src/surroundings.ts"],
    instead: "src/surroundings.ts has the environment, the clock and the streams of the run",
  },
  {
    pattern: /\bprocess\.exit(?:Code\b|\()/,
    files: ["src/surroundings.ts", "src/main.ts"],
    instead: "return the exit code from the command",
  },
  { pattern: /\bconsole\.\w+\(/, files: [], instead: "print with src/terminal/print.ts" },
];

const found = [];
for (const each of readdirSync("src", { recursive: true, withFileTypes: true })) {
  if (!each.isFile() || !each.name.endsWith(".ts")) continue;
  const file = path.posix.join(each.parentPath.split(path.sep).join("/"), each.name);
  for (const [at, line] of readFileSync(file, "utf8").split("\n").entries())
    for (const { pattern, files, instead } of ONLY)
      if (!files.includes(file) && pattern.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line))
        found.push(`${file}:${at + 1}: ${line.trim()}\n  ${instead}`);
}
for (const each of found) console.error(each);
process.exitCode = found.length > 0 ? 1 : 0;
