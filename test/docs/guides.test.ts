/** Runs every command of the README, the pages of docs/ and the guides in order. A block of another program, or without an end, is `text`. */
import { readdirSync, readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

/** Pages with settings for other programs, which test/docs/editors.test.ts checks. */
const GUIDES = readdirSync("docs/guides")
  .filter((name) => name !== "prompts-and-editors.md")
  .map((name) => `docs/guides/${name}`);

/** Command blocks that install the program, which test/docs/install.test.ts runs. */
const isInstalling = (block: string) => block.includes("npm install --global");

const blocksOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .map(([, block = ""]) => block)
    .filter((block) => !isInstalling(block));

/** Pages with command blocks, except docs/workflows.md, which test/e2e/workflows.test.ts runs. */
const PAGES = readdirSync("docs")
  .filter((name) => name.endsWith(".md") && name !== "workflows.md")
  .map((name) => `docs/${name}`)
  .filter((file) => blocksOf(file).length > 0);

/** A repository with a remote, as a reader has it, and `session` on PATH. */
async function reader(): Promise<Scratch> {
  const s = await scratch({ repository: false });
  await s.write("../bin/session", `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  await chmod(path.join(s.root, "../bin/session"), 0o755);
  s.env.PATH = `${path.join(s.root, "../bin")}${path.delimiter}${s.env.PATH}`;
  await s.git("init", "--quiet", "--bare", "up.git");
  await s.git("init", "--quiet", "your-repository");
  const repository = s.at("your-repository");
  await repository.write("README.md", "# Shop\n\nSells many things to people.\n");
  await repository.git("add", "--all");
  await repository.git("commit", "--quiet", "-m", "feat: begin");
  await repository.git("remote", "add", "origin", "../up.git");
  await repository.git("push", "--quiet", "--set-upstream", "origin", "main");
  return repository;
}

/** `# write src/a.ts` means an edit of the file. */
function typed(line: string): string {
  const file = /^# write (\S+)/.exec(line)?.[1];
  return file === undefined ? line : `mkdir -p ${path.dirname(file)}; echo 'export const it = 1;' >> ${file}`;
}

test.each(["README.md", ...PAGES, ...GUIDES])(
  "every command in %s runs as written",
  { timeout: 60_000 },
  async (file) => {
    const s = await reader();
    const blocks = blocksOf(file);
    expect(blocks.length).toBeGreaterThan(0);
    // The colleague's clone of a guide is another one.
    const lines = blocks
      .flatMap((block) => block.replace(/^cd your-repository\n/, "").split("\n"))
      .map(typed);
    const { code, stdout, stderr } = await s.run("sh", ["-c", `set -ex\n${lines.join("\n")}`]);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
  },
);
