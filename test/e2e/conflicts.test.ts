/** Conflicts before they happen, as plain `git merge` has them. */
import { expect, test } from "vitest";
import type { Conflicts } from "../../src/views/shapes/conflicts.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A session from main that writes these files. */
async function session(s: Scratch, branch: string, files: Readonly<Record<string, string>>) {
  await s.git("switch", "--quiet", "main");
  await s.ok("start", branch, "--title", `Title of ${branch}`, "--new");
  for (const [file, text] of Object.entries(files)) await s.write(file, text);
  await s.ok("checkpoint", "-A", "-m", `feat: ${branch}`);
}

const pairsOf = ({ conflicts }: Conflicts) =>
  Object.fromEntries(
    conflicts.map(({ one, other, files }) => [
      [one.branch, other.branch].sort().join(" "),
      [...files].sort(),
    ]),
  );

/** Files in which `git merge` of each two branches conflicts, worked out in a clone. */
async function merged(s: Scratch, branches: readonly string[]) {
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");
  const pairs = branches.flatMap((one, at) => branches.slice(at + 1).map((other) => [one, other].sort()));
  const found: Record<string, string[]> = {};
  for (const [one = "", other = ""] of pairs) {
    await clone.git("switch", "--quiet", "--detach", `origin/${one}`);
    await clone.run("git", ["merge", "--quiet", "--no-edit", `origin/${other}`]);
    const files = (await clone.git("diff", "--name-only", "--diff-filter=U")).split("\n").filter(Boolean);
    if (files.length > 0) found[`${one} ${other}`] = files.sort();
    await clone.git("reset", "--quiet", "--hard");
  }
  return found;
}

test("each two branches that would conflict are named with their files, and nothing changes", async () => {
  const s = await scratch();
  expect(await s.ok("conflicts")).toBe("no conflicts  1 branch, 0 pairs\n");
  await s.write("a.txt", "a\n");
  await s.write("b.txt", "b\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: files");
  await session(s, "fix/a", { "a.txt": "fix a\n", "new.txt": "one\n" });
  await session(s, "fix/b", { "b.txt": "fix b\n" });
  await s.ok("pause");
  await session(s, "fix/both", { "a.txt": "both a\n", "b.txt": "both b\n", "new.txt": "two\n" });
  await session(s, "fix/ended", { "a.txt": "ended\n" });
  await s.ok("end");
  await session(s, "fix/gone", { "a.txt": "gone\n" });
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "fix/gone");
  await s.write("b.txt", "main b\n");
  await s.git("commit", "--quiet", "--all", "-m", "chore: main moved on");

  const before = await s.fingerprint();
  const conflicts = await s.json<Conflicts>("conflicts");
  expect(conflicts.branches.map((each) => each.branch).sort()).toEqual([
    "fix/a",
    "fix/b",
    "fix/both",
    "main",
  ]);
  expect(conflicts.branches.find((each) => each.branch === "fix/b")?.session?.state).toBe("paused");
  expect(conflicts.pairs).toBe(6);
  expect(pairsOf(conflicts)).toEqual(await merged(s, ["fix/a", "fix/b", "fix/both", "main"]));
  expect(pairsOf(conflicts)).toEqual({
    "fix/a fix/both": ["a.txt", "new.txt"],
    "fix/b fix/both": ["b.txt"],
    "fix/b main": ["b.txt"],
    "fix/both main": ["b.txt"],
  });
  const screen = await s.ok("conflicts");
  expect(screen).toMatch(
    /fix\/both and fix\/a would conflict\n {2}C a\.txt\n {2}C new\.txt\n {2}fix\/both: Title of fix\/both · active/,
  );
  expect(screen).toMatch(/main: default branch/);
  expect(screen).toMatch(/4 conflicts {2}4 branches, 6 pairs\n$/);
  expect(await s.fingerprint()).toBe(before);

  await s.git("switch", "--quiet", "--orphan", "fix/apart");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: apart");
  await s.ok("start");
  expect(await s.ok("conflicts")).toMatch(/fix\/apart and main share no history/);
});
