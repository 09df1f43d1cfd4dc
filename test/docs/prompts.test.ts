/** The prompts of docs/guides/prompts-and-editors.md, in the real shells and in tmux. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const TEXT = readFileSync("docs/guides/prompts-and-editors.md", "utf8");
const blocks = (language: string) =>
  [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, text = ""]) => text,
  );
const block = (language: string) => blocks(language)[0] ?? "";

const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

const TITLE = "Fix #4: $(touch bad)`touch bad` 9%d \\u";

/** A session with a hostile title, `session` on PATH, and the script of the guide in the home folder. */
async function reader(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "--title", TITLE, "-o", "One", "-o", "Two"] });
  await s.write("../bin/session", `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  await chmod(path.join(s.root, "../bin/session"), 0o755);
  s.env.PATH = `${path.join(s.root, "../bin")}${path.delimiter}${s.env.PATH}`;
  await s.ok("objectives", "complete", "obj-1");
  expect((await s.run("sh", ["-ec", block("sh")])).code).toBe(0);
  return s;
}

const LINE = `${TITLE} 1/2`;

test.runIf(has("the bash prompt shows the session"))("bash", async () => {
  const s = await reader();
  const script = `${block("bash")}\nfalse; eval "$PROMPT_COMMAND"; echo "$?"; printf '%s\\n' "\${PS1@P}"`;
  const { stdout, stderr } = await s.run("bash", ["--norc", "-c", script]);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^1\n/);
  expect(stdout).toContain(` [${LINE}] `);
  expect(s.exists("bad")).toBe(false);
});

test.runIf(has("zsh"))("the zsh prompt and powerlevel10k show the session", async () => {
  const s = await reader();
  const [prompt = "", p10k = ""] = blocks("zsh");
  const script = `
${prompt}
for each in $precmd_functions; do $each; done
print -P -- "$PROMPT"
${p10k}
p10k() { setopt local_options no_prompt_subst; print -rP -- "$5"; }
prompt_session
print -r -- $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS`;
  const { stdout, stderr } = await s.run("zsh", ["-f", "-c", script]);
  expect(stderr).toBe("");
  expect(stdout.split("\n").map((each) => each.replace(/^.*? \[(.*)\] .*$/, "$1"))).toEqual([
    LINE,
    LINE,
    "session",
    "",
  ]);
  expect(s.exists("bad")).toBe(false);
});

test.runIf(has("the fish prompt shows the session"))("fish", async () => {
  const s = await reader();
  const { stdout, stderr } = await s.run("fish", [
    "--no-config",
    "-c",
    `${block("fish")}\nfish_right_prompt`,
  ]);
  expect(stderr).toBe("");
  expect(stdout).toBe(LINE);
  expect(s.exists("bad")).toBe(false);
});

test("starship's custom command works in any sh", async () => {
  const s = await reader();
  const { custom } = parse(block("toml")) as { custom: { session: { command: string; when: boolean } } };
  expect(custom.session.when).toBe(true);
  for (const sh of ["sh", "dash", "bash"].filter(has)) {
    const { stdout, stderr } = await s.run(sh, ["-c", custom.session.command]);
    expect([sh, stderr, stdout]).toEqual([sh, "", `${LINE}\n`]);
  }
});

test.runIf(has("tmux"))(
  "tmux shows the session in a folder with a blank in its name",
  { timeout: 60_000 },
  async () => {
    const s = await reader();
    await s.write("a b/file", "");
    await s.write("../tmux.conf", block("tmux"));
    const inner = `tmux -S ../inner -f ../tmux.conf new-session -c '${path.join(s.root, "a b")}' 'sleep 60'`;
    const outer = (...args: string[]) =>
      s.run("tmux", ["-S", "../outer", ...args], { env: { TMUX: "", TERM: "xterm" } });
    await outer("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "10", `TMUX= ${inner}`);
    try {
      const shown = async () => (await outer("capture-pane", "-p")).stdout;
      await expect.poll(shown, { timeout: 40_000, interval: 500 }).toContain(`${LINE}\n`);
    } finally {
      await s.run("tmux", ["-S", "../inner", "kill-server"]);
      await outer("kill-server");
    }
    expect(s.exists("bad")).toBe(false);
  },
);
