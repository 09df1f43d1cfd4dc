/** Reverts and rewrites: reverted decisions are marked as reverted, and existing ones are not reported as lost. */
import { describe, expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

async function decide(repo: Scratch, n: number, decision?: string) {
  await repo.write(`file-${n}.txt`, `${n}\n`);
  await repo.git("add", "--all");
  const decisions = decision === undefined ? [] : ["--decision", decision];
  await repo.ok("checkpoint", "-m", `feat: step ${n}`, ...decisions);
}

/** A session with two checkpoints that each carry a decision. */
async function twoDecisions(): Promise<Scratch> {
  const repo = await scratch();
  await repo.ok("start", "feature/login", "-o", "Log in");
  await decide(repo, 1, "Use PKCE");
  await decide(repo, 2, "Keep tokens in the keychain");
  return repo;
}

async function rebaseOnMovedMain(repo: Scratch) {
  await repo.git("switch", "--quiet", "main");
  await repo.write("main.txt", "meanwhile\n");
  await repo.git("add", "main.txt");
  await repo.git("commit", "--quiet", "-m", "chore: meanwhile");
  await repo.git("switch", "--quiet", "feature/login");
  await repo.git("rebase", "--quiet", "main");
}

const rebase = (repo: Scratch, script: string) =>
  repo.run("git", ["rebase", "--quiet", "-i", "main"], {
    env: { GIT_SEQUENCE_EDITOR: `sed -i.bak '${script}'`, GIT_EDITOR: "true" },
  });

/** Decisions that each view marks as reverted: the same in all of them. */
async function reverted(repo: Scratch): Promise<string[]> {
  type Marked = { id: string; reverted?: string };
  const marked = (all: readonly Marked[]) =>
    all.flatMap((each) => (each.reverted === undefined ? [] : [each.id])).sort();
  const found = marked(await repo.json("decisions"));
  expect(marked((await repo.json("brief")).decisions)).toEqual(found);
  expect(marked((await repo.json("handoff")).decisions)).toEqual(found);
  expect(marked((await repo.json("status")).decisions)).toEqual(found);
  expect(marked((await repo.json("show")).decisions)).toEqual(found);
  expect(marked((await repo.json("pr")).decisions)).toEqual(found);
  const { entries } = await repo.json<{ entries: { decisions: Marked[] }[] }>("log");
  expect(marked(entries.flatMap((each) => each.decisions))).toEqual(found);
  expect(marked(await repo.json("decisions", "list", "--all"))).toEqual(found);
  return found;
}

describe("a reverted decision", () => {
  test("stays reverted through a rebase, and every view names the reverting commit", async () => {
    const repo = await twoDecisions();
    await repo.git("revert", "--no-edit", "HEAD~1");
    expect(await reverted(repo)).toEqual(["dec-1"]);
    await rebaseOnMovedMain(repo);
    expect(await reverted(repo)).toEqual(["dec-1"]);
    const oid = (await repo.git("rev-parse", "--short=8", "HEAD")).trim();
    expect(await repo.ok("decisions")).toMatch(`dec-1  Use PKCE  (reverted by ${oid})`);
    expect(await repo.ok("log")).toMatch(`dec-1  Use PKCE  reverted by ${oid}`);
    expect(await repo.ok("status", "--decisions")).toMatch(`Use PKCE  reverted by ${oid}`);
    expect(await repo.ok("brief")).toMatch(`was reverted by \`${oid}\``);
    expect(await repo.ok("handoff")).toMatch(`, reverted by \`${oid}\``);
    const { value } = await (await connectClient(repo)).call("session_decisions", { action: "list" });
    expect(value.decisions.at(-1)).toMatchObject({ id: "dec-1", reverted: expect.stringMatching(`^${oid}`) });
  });

  test("is found by its inverse patch if the revert has another subject", async () => {
    const repo = await twoDecisions();
    await repo.git("revert", "--no-edit", "HEAD~1");
    const message = await repo.git("log", "-1", "--format=%b");
    await repo.git("commit", "--quiet", "--amend", "-m", `fix: take the first step back\n\n${message}`);
    await rebaseOnMovedMain(repo);
    expect(await reverted(repo)).toEqual(["dec-1"]);
  });

  test("is binding again once the revert is reverted, also after a rebase", async () => {
    const repo = await twoDecisions();
    await repo.git("revert", "--no-edit", "HEAD");
    await repo.git("revert", "--no-edit", "HEAD");
    await rebaseOnMovedMain(repo);
    expect(await reverted(repo)).toEqual([]);
  });

  test("among commits with the same subject is the one with the inverse patch", async () => {
    const repo = await scratch();
    await repo.ok("start", "feature/login", "-o", "Log in");
    for (const n of [1, 2]) {
      await repo.write(`file-${n}.txt`, `${n}\n`);
      await repo.git("add", "--all");
      await repo.ok("checkpoint", "-m", "wip", "--decision", `Decision ${n}`);
    }
    await repo.git("revert", "--no-edit", "HEAD~1");
    await rebaseOnMovedMain(repo);
    expect(await reverted(repo)).toEqual(["dec-1"]);
  });

  test("is reverted together with the merge that brought it", async () => {
    const repo = await twoDecisions();
    await repo.git("switch", "--quiet", "main");
    await repo.git("merge", "--quiet", "--no-ff", "-m", "merge login", "feature/login");
    await repo.git("revert", "--no-edit", "-m", "1", "HEAD");
    const all = await repo.json<{ reverted?: string }[]>("decisions", "list", "--all");
    const head = await repo.git("rev-parse", "HEAD");
    expect(all.map((each) => each.reverted)).toEqual([head, head]);
  });
});

describe("checkpoints missing from the branch", () => {
  const LOST = /no longer on the branch/;
  const warnings = async (repo: Scratch) => (await repo.json("status")).warnings.join("\n");

  const KEPT: Record<string, (repo: Scratch) => Promise<unknown>> = {
    "a rebase": rebaseOnMovedMain,
    "session checkpoint --amend": (repo) => repo.ok("checkpoint", "--amend", "-m", "feat: said better"),
    "a reworded commit": async (repo) => {
      await rebase(repo, "1s/^pick/edit/");
      await repo.git("commit", "--quiet", "--amend", "-m", "feat: reworded");
      await repo.git("rebase", "--continue");
    },
    "a squash of both": (repo) => rebase(repo, "2s/^pick/squash/"),
    "a fixup of both": (repo) => rebase(repo, "2s/^pick/fixup/"),
    "the other order": (repo) => rebase(repo, "1{h;d};2G"),
    "a base that took the first one": async (repo) => {
      await repo.git("branch", "--force", "main", "HEAD~1");
    },
  };
  test.each(Object.keys(KEPT))("are not reported after %s", async (name) => {
    const repo = await scratch();
    await repo.ok("start", "feature/login", "-o", "Log in");
    await decide(repo, 1);
    await decide(repo, 2);
    await KEPT[name]?.(repo);
    expect(await warnings(repo)).not.toMatch(LOST);
  });

  const GONE: Record<string, (repo: Scratch) => Promise<unknown>> = {
    "a reset": (repo) => repo.git("reset", "--quiet", "--hard", "HEAD~1"),
    "a dropped commit": (repo) => rebase(repo, "2s/^pick/drop/"),
  };
  test.each(Object.keys(GONE))("are reported after %s", async (name) => {
    const repo = await scratch();
    await repo.ok("start", "feature/login", "-o", "Log in");
    await decide(repo, 1);
    await decide(repo, 2);
    const lost = (await repo.git("rev-parse", "HEAD")).slice(0, 8);
    await GONE[name]?.(repo);
    expect(await warnings(repo)).toMatch(
      `1 checkpoint no longer on the branch, and no other commit has the changes: ${lost}.`,
    );
  });
});

describe("a decision reverted before its commit was folded", () => {
  const FOLDS: Record<string, (s: Scratch) => Promise<unknown>> = {
    "git merge --squash, with hooks": async (s) => {
      await s.git("switch", "--quiet", "main");
      await s.git("merge", "--quiet", "--squash", "feature/login");
      await s.git("commit", "--quiet", "--no-edit");
    },
    "git merge --squash, without hooks": async (s) => {
      await s.ok("hooks", "uninstall");
      await FOLDS["git merge --squash, with hooks"]?.(s);
    },
    "session end --squash": (s) => s.ok("end", "--merge-to", "main", "--squash"),
    "a rebase that folds all": (s) => rebase(s, "2,$s/^pick/squash/"),
    "a forge's squash": async (s) => {
      const bodies = await s.git("log", "--reverse", "--format=* %B", "main..feature/login");
      await s.ok("hooks", "uninstall");
      await s.git("switch", "--quiet", "main");
      await s.git("merge", "--quiet", "--squash", "feature/login");
      await s.git("commit", "--quiet", "-m", `Log in (#7)\n\n${bodies}`);
    },
  };
  test.each(Object.keys(FOLDS))("is marked as reverted after %s", async (name) => {
    const s = await twoDecisions();
    await s.ok("hooks", "install");
    await s.git("revert", "--no-edit", "HEAD~1");
    await FOLDS[name]?.(s);
    const [tip, all] = [await s.git("rev-parse", "HEAD"), await s.json("decisions", "list", "--all")];
    const marks = all.map(({ id, commit, reverted: by }: Record<string, string>) => [id, commit, by]);
    expect(marks.sort()).toEqual([
      ["dec-1", tip, tip],
      ["dec-2", tip, undefined],
    ]);
    const why = await s.json("why", "file-2.txt");
    const told = why.origins[0].decisions.map((each: Record<string, string>) => [each.id, each.reverted]);
    expect(told.sort()).toEqual([
      ["dec-1", tip],
      ["dec-2", undefined],
    ]);
  });
});
