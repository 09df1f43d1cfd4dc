/** What the reader of shell prompts shows (templates/prompt/reader.sh): the same as `status --short`, without a program. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Returns the script's output in a folder. PATH is empty, so that it can start no program. */
async function shown(s: Scratch, folder = s.root, env: NodeJS.ProcessEnv = { PATH: "/nowhere" }) {
  await s.write("../prompt.sh", await s.ok("prompt", "sh"));
  const { code, stdout, stderr } = await s.run("/bin/sh", [path.join(s.root, "../prompt.sh")], {
    cwd: folder,
    env,
  });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.trimEnd();
}

const short = async (s: Scratch) => (await s.ok("status", "--short")).trim().replace(/^▶ /, "");

test("the prompt reader shows title, objectives, blockers and whether it is paused, until the session ends", async () => {
  const s = await scratch({ session: ["work", "--title", "OAuth login"] });
  expect(await shown(s)).toBe("OAuth login");
  for (const each of ["One", "Two", "Three"]) await s.ok("objectives", "add", each);
  await s.ok("objectives", "complete", "obj-1");
  await s.ok("objectives", "drop", "obj-3");
  await s.ok("blockers", "add", "Keys");
  expect(await shown(s)).toBe("OAuth login 1/2, 1 blocker");
  expect(await short(s)).toBe("OAuth login 1/2 · 1 blocker");
  await s.ok("pause");
  expect(await shown(s)).toBe("OAuth login 1/2, 1 blocker, paused");
  expect(await short(s)).toBe("OAuth login 1/2 · 1 blocker · paused");
  await s.ok("undo");
  await s.ok("blockers", "resolve", "blk-1");
  await s.ok("rename", "Sign in");
  expect(await shown(s)).toBe("Sign in 1/2");
  await s.ok("end");
  expect(await shown(s)).toBe("");
  await s.ok("resume", "work");
  expect(await shown(s)).toBe("Sign in 1/2");
});

test("the prompt reader follows the branch that plain git checks out, in every folder and worktree, and through a rebase", async () => {
  const s = await scratch({ commits: 2, session: ["feature/a", "--title", "One"] });
  await s.ok("start", "b", "--title", "Two");
  expect(await shown(s)).toBe("Two");
  await s.git("switch", "--quiet", "feature/a");
  await s.write("src/deep/file", "");
  expect(await shown(s, path.join(s.root, "src/deep"))).toBe("One");
  await s.git("worktree", "add", "--quiet", "../other", "b");
  await s.write("../other/src/file", "");
  expect(await shown(s, path.join(s.root, "../other/src"))).toBe("Two");
  await s.git("switch", "--quiet", "main");
  expect(await shown(s)).toBe("");
  await s.git("switch", "--quiet", "--detach", "feature/a");
  expect(await shown(s)).toBe("");
  await s.git("switch", "--quiet", "feature/a");
  await s.git("-c", "sequence.editor=echo break >", "rebase", "--interactive", "HEAD~1");
  expect(await shown(s)).toBe("One");
  await s.git("rebase", "--abort");
  await s.git("bisect", "start", "HEAD", "HEAD~1");
  await s.git("checkout", "--quiet", "--detach");
  expect(await shown(s)).toBe("One");
});

test("the prompt reader prints nothing outside of repositories, and if the folder belongs to another branch", async () => {
  const s = await scratch({ session: ["work", "--title", "One"] });
  expect(await shown(s, path.join(s.root, ".."))).toBe("");
  expect(await shown(s, "/")).toBe("");
  await s.git("branch", "--move", "work", "moved");
  expect(await shown(s)).toBe("");
  await s.ok("resume", "work");
  expect(await shown(s)).toBe("One");
  await s.ok("delete", "@", "--yes", "--force");
  expect(await shown(s)).toBe("");
});

test("the prompt reader finds the session of a branch whose name cannot be a folder", async () => {
  const s = await scratch({ session: ['odd"name', "--title", "Odd"] });
  await s.ok("start", "handoff.md", "--title", "Ours");
  expect(await shown(s)).toBe("Ours");
  await s.git("switch", "--quiet", 'odd"name');
  expect(await shown(s)).toBe("Odd");
});

test("the prompt reader leaves out counts that the user's own edit may have changed", async () => {
  const s = await scratch({ session: ["work", "--title", "One", "-o", "A"] });
  await s.write(".git/sessions/work/objectives.md", "- [x] obj-1: A\n- [ ] B\n");
  expect(await shown(s)).toBe("One");
  await s.ok("note", "x");
  expect(await shown(s)).toBe("One 1/2");
});

test("the prompt reader cuts a long title, and prints no control character that somebody put into the file", async () => {
  const s = await scratch({ session: ["one", "--title", "w".repeat(60)] });
  expect(await shown(s)).toBe(`${"w".repeat(37)}...`);
  await s.write(".git/sessions/one/.prompt", "refs/heads/one\n\x1b]0;bad\x07\n\n\n");
  expect(await shown(s)).toBe("");
});

test("uninit removes the prompt's file with all other state", async () => {
  const s = await scratch({ session: ["one"] });
  expect(s.exists(".git/sessions/one/.prompt")).toBe(true);
  await s.ok("uninit", "--yes");
  expect(await shown(s)).toBe("");
});

test("fish can take the reader as one word", () => {
  expect(readFileSync("templates/prompt/reader.sh", "utf8")).not.toMatch(/['\\]/);
});
