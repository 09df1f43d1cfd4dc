import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fixture, type Scratch } from "../support/scratch.ts";

const FOLDER = ".git/sessions/feature/login";

const working = () =>
  fixture("doctor --fix", async (s) => {
    const config = path.join(s.home, "gitconfig");
    await s.run("git", ["init", "--quiet", "--initial-branch=main"]);
    for (const [key, value] of [
      ["user.name", "Test Person"],
      ["user.email", "person@example.com"],
    ] as const)
      await s.run("git", ["config", "--file", config, key, value]);
    await s.write("src/a.ts", "export {};\n");
    await s.ok("init", "--yes");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "first");
    await s.ok("start", "feature/login", "-o", "Log in");
    await s.ok("decisions", "add", "Use tokens", "--rationale", "short");
    await s.write("src/a.ts", "export const a = 1;\n");
    await s.ok("checkpoint", "-A", "-m", "feat: tokens");
  });

/** Bytes and modes of all files that a repair may touch. */
function bytes(s: Scratch): Record<string, string> {
  const all: Record<string, string> = {};
  for (const top of [".git/sessions", ".git/hooks", ".git/refs", ".session"])
    for (const name of readdirSync(path.join(s.root, top), { recursive: true, encoding: "utf8" })) {
      const file = path.join(s.root, top, name);
      if (statSync(file).isFile() && !/\.config-|\.snapshots/.test(name))
        all[`${top}/${name}`] = `${statSync(file).mode.toString(8)} ${readFileSync(file, "latin1")}`;
    }
  return all;
}

/** Damages of each kind, which `doctor` finds together. */
async function damage(s: Scratch): Promise<void> {
  await s.write(`${FOLDER}/context.json`, "{");
  await s.run("rm", [".git/hooks/prepare-commit-msg"]);
  await s.write(".session/decision-log.md", "# Decision log\n");
  await s.write(
    `${FOLDER}/.lock`,
    JSON.stringify({
      pid: 999_999_999,
      host: (await s.run("hostname", [])).stdout.trim(),
      token: "x",
      at: "x",
    }),
  );
}

test("doctor --fix shows and repairs damage, and undo reverts it byte for byte", async () => {
  const s = await working();
  const sound = await s.json("status");
  await damage(s);
  const damaged = bytes(s);
  const plan = await s.session("doctor", "--fix", "--dry-run");
  expect(plan.code).toBe(1);
  expect(plan.stdout).toMatch(/^Will repair:\n/);
  expect(plan.stdout).toContain(
    "session feature/login: finish or revert interrupted changes, and rebuild damaged files from events.jsonl",
  );
  expect(plan.stdout).toContain("hooks: install the git hooks again");
  expect(plan.stdout).toContain("decision log: add the missing decisions to .session/decision-log.md");
  expect(bytes(s)).toEqual(damaged);
  const done = await s.json("doctor", "--fix", "--yes");
  expect(done.repaired.map((each: { name: string; failed?: string }) => [each.name, each.failed])).toEqual([
    ["decision log", undefined],
    ["session feature/login", undefined],
    ["hooks", undefined],
  ]);
  expect(done.checks.filter((each: { state: string }) => each.state === "problem")).toEqual([]);
  expect((await s.json("status")).objectives).toEqual(sound.objectives);
  expect(await s.read(".session/decision-log.md")).toContain("Use tokens");
  expect(s.exists(".git/hooks/prepare-commit-msg")).toBe(true);
  await s.ok("doctor", "--undo");
  expect(bytes(s)).toEqual(damaged);
  expect((await s.session("doctor", "--undo")).stderr).toContain("has repaired nothing");
});

test("doctor --fix asks on a terminal and refuses without one", async () => {
  const s = await working();
  await damage(s);
  const before = bytes(s);
  const ran = await s.session("doctor", "--fix");
  expect([ran.code, bytes(s)]).toEqual([2, before]);
  expect(ran.stderr).toContain("hooks: install the git hooks again");
});

test("reverting a repair keeps later changes", async () => {
  const s = await working();
  await damage(s);
  await s.ok("doctor", "--fix", "--yes");
  await s.ok("note", "later");
  const undone = await s.session("doctor", "--undo");
  expect([undone.code, undone.stderr]).toEqual([1, expect.stringContaining("was changed since and is kept")]);
  expect(await s.read(`${FOLDER}/events.jsonl`)).toContain("later");
});

test("a snapshot with a missing commit goes back to the previous one", async () => {
  const s = await working();
  await s.ok("end");
  await s.ok("resume", "feature/login");
  await s.ok("note", "more");
  await s.ok("end");
  const ref = await s.git("for-each-ref", "--format=%(refname)", "refs/sessions");
  const [last, before] = [await s.git("rev-parse", ref), await s.git("rev-parse", `${ref}@{1}`)];
  await s.run("rm", ["-f", `.git/objects/${last.slice(0, 2)}/${last.slice(2)}`]);
  expect((await s.session("doctor")).code).toBe(1);
  const { repaired } = await s.json("doctor", "--fix", "--yes");
  expect(repaired).toEqual([
    { name: ref, does: `set ${ref} back to ${before.slice(0, 8)}, its commit before this one` },
  ]);
  expect(await s.git("rev-parse", ref)).toBe(before);
  await s.ok("doctor", "--undo");
  expect(await s.read(`.git/${ref}`)).toBe(`${last}\n`);
});

test("doctor --fix changes nothing in a healthy repository, and installs no unwanted hooks", async () => {
  const s = await working();
  expect((await s.session("doctor", "--fix")).stderr).toContain("Nothing to repair");
  await s.ok("hooks", "uninstall");
  expect((await s.json("doctor", "--fix", "--yes")).plan).toEqual([]);
});

test("a session file that cannot be read is a finding, and the other checks run", async () => {
  const s = await working();
  await s.run("rm", [`${FOLDER}/context.json`]);
  await s.run("mkdir", [`${FOLDER}/context.json`]);
  const { stdout } = await s.session("doctor");
  expect(stdout).toMatch(/session feature\/login .*context\.json/);
  expect(stdout).toContain("identity");
});

test("the hint for a damaged session of another branch repairs it, and changes no other session", async () => {
  const s = await working();
  await s.ok("start", "other", "--from", "main");
  await s.write(`${FOLDER}/context.json`, "{");
  expect((await s.session("doctor")).stdout).toMatch(/damaged or missing[\s\S]*hint: session doctor --fix/);
  await s.ok("doctor", "--fix", "--yes");
  expect((await s.session("doctor")).stdout).not.toContain("damaged or missing");
});
