/** Edits by hand of a file that a command is just changing: both stay, or the command changes nothing. */
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { fakeGit } from "../support/fake-git.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const LIST = ".git/sessions/work/objectives.md";

const objectives = async (s: Scratch) =>
  (await s.json("status")).objectives.map(
    (each: { mark: string; text: string }) => `${each.mark} ${each.text}`,
  );

test("an edit by hand survives while git runs the project's hooks for a checkpoint", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "-o", "Three"] });
  await s.write(
    ".git/hooks/pre-commit",
    `#!/bin/sh\nsed -i 's/obj-3: Three/obj-3: Three by hand/' ${LIST}\n`,
  );
  await chmod(path.join(s.root, ".git/hooks/pre-commit"), 0o755);
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand"]);
});

test("an edit by hand survives after a command was killed between deciding and writing", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "-o", "Three"] });
  const program = ["--require", path.resolve("test/support/node-faults.cjs"), path.resolve("dist/cli.js")];
  for (let at = 1; at < 60 && !s.exists(".git/sessions/work/.journal"); at++)
    await s.run(process.execPath, [...program, "objectives", "complete", "1"], {
      env: { FAULT: "kill", FAULT_AT: String(at) },
    });
  await s.write(LIST, `Thought of it.\n${(await s.read(LIST)).replace("Three", "Three by hand")}`);
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand"]);
  await s.ok("objectives", "add", "Four");
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand", "open Four"]);
  expect(await s.read(LIST)).toContain("Thought of it.");
});

/** Runs the program with a script before each `git`. */
const runWithGit = async (s: Scratch, script: string, ...args: string[]) =>
  s.run(process.execPath, [CLI, ...args], { env: { PATH: await fakeGit(s, script) } });

/** Right before git changes the files of the work tree, somebody writes `own.txt`. */
const EDIT = `case "$*" in *"read-tree "*" -m -u "*) echo by hand > own.txt ;; esac`;

test.each(["switch main", "pause"])("%s leaves all as it is if a file is edited meanwhile", async (line) => {
  const s = await scratch({ session: ["work"] });
  await s.write("README.md", "changed\n");
  await s.write("own.txt", "mine\n");
  const ran = await runWithGit(s, EDIT, ...line.split(" "));
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("own.txt changed meanwhile") });
  expect([await s.read("own.txt"), await s.read("README.md")]).toEqual(["by hand\n", "changed\n"]);
  expect(await s.git("for-each-ref", "refs/session-stash")).toBe("");
  expect((await s.json("status")).warnings).toEqual([]);
  await s.ok("switch", "main");
  await s.ok("switch", "work");
  expect(await s.read("own.txt")).toBe("by hand\n");
});

test("resume keeps the work stashed if one of its files appears meanwhile", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("own.txt", "mine\n");
  await s.ok("pause");
  const ran = await runWithGit(s, EDIT, "resume");
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("own.txt changed meanwhile") });
  expect(await s.read("own.txt")).toBe("by hand\n");
  await s.run("rm", ["own.txt"]);
  await s.ok("resume");
  expect(await s.read("own.txt")).toBe("mine\n");
});

test("end goes back to the branch if git leaves a file of it behind, which is in the way of the merge", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("own.txt", "mine\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own");
  const leave = `case "$*" in *"switch "*" main") "$git" "$@"; echo mine > own.txt; exit 0 ;; esac`;
  const ran = await runWithGit(s, leave, "end", "--merge-to", "main");
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining("by merge: own.txt; nothing was") });
  expect(await s.git("symbolic-ref", "--short", "HEAD")).toBe("work");
  expect(await s.git("status", "--porcelain")).toBe("");
  await s.ok("end", "--merge-to", "main");
  expect(await s.git("show", "main:own.txt")).toBe("mine");
});

test("switch names the command that stashes an untracked file in the way", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("own.txt", "mine\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own");
  await s.git("switch", "--quiet", "main");
  await s.write("own.txt", "other\n");
  const { stderr } = await s.session("switch", "work");
  expect(stderr).toContain("hint: git stash push --include-untracked");
  expect(await s.read("own.txt")).toBe("other\n");
});
