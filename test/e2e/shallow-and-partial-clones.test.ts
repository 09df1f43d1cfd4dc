import { readFile, rename, rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun, expectWholeSession } from "../support/expect-run.ts";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

/** A repository with some history, and a branch `feature` that renamed, grew and removed files. */
function upstream(): Promise<Scratch> {
  return fixture("states-clones", async (s) => {
    await initRepository(s, { commits: 4 });
    await s.git("config", "uploadpack.allowFilter", "true");
    await s.git("switch", "--quiet", "-c", "feature", "HEAD~2");
    await s.write(
      "file-1.txt",
      `${Array.from({ length: 500 }, (_, n) => `line ${n}`).join("\n")}\n// TODO: more\n`,
    );
    await s.git("commit", "--quiet", "-am", "feat: grow");
    await s.git("mv", "file-1.txt", "renamed.txt");
    await s.write("renamed.txt", (await s.read("renamed.txt")).replace("line 7\n", ""));
    await s.git("commit", "--quiet", "-am", "feat: rename");
    await s.git("switch", "--quiet", "main");
  });
}

async function cloned(s: Scratch, ...options: string[]): Promise<Scratch> {
  await s.git("clone", "--quiet", ...options, `file://${s.root}`, "../clone");
  return s.at("../clone");
}

const LOOKING = [["status"], ["brief"], ["handoff"], ["list"], ["doctor"], ["decisions", "list", "--all"]];

test.each([
  ["a clone of depth 1", "--depth=1"],
  ["a clone of depth 1 with all branches", "--depth=1", "--no-single-branch"],
  ["a clone of depth 2", "--depth=2", "--no-single-branch"],
])("%s stays shallow, and views say so", async (_what, ...options) => {
  const s = await upstream();
  const clone = await cloned(s, ...options);
  const depth = await clone.read(".git/shallow");
  if (options.length > 1) await clone.git("switch", "--quiet", "feature");
  for (const args of LOOKING) await expectRun(clone, args);
  await expectRun(clone, ["brief"], { says: /This clone is shallow/ });
  await expectWholeSession(clone, () => clone.write("README.md", "edited\n"));
  await clone.ok("end", "--merge-to", options.length > 1 ? "feature" : "main");
  expect(await clone.read(".git/shallow")).toBe(depth);
});

test("a session works on a branch of a shallow clone without a common commit with its base", async () => {
  const s = await upstream();
  const clone = await cloned(s, "--depth=1", "--no-single-branch");
  await clone.git("switch", "--quiet", "feature");
  await expectRun(clone, ["start", "feature", "-o", "One"]);
  await clone.write("README.md", "x\n");
  await expectRun(clone, ["checkpoint", "-m", "docs: x", "--decision", "D"], {
    changes: ["head", "refs", "index"],
  });
  await expectRun(clone, ["checkpoint", "--amend", "-m", "docs: y"], { changes: ["head", "refs"] });
  expect((await clone.json("status")).checkpoints).toBe(1);
  expect((await clone.json("status")).session).not.toHaveProperty("drift");
  expect((await clone.json("brief")).upstream).toEqual([]);
  await expectRun(clone, ["end"], { changes: ["snapshots"] });
});

test("a shallow clone without the start of a session shows unknown sums, and the end records none", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("one.txt", "1\n2\n");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  const clone = await cloned(s, "--depth=1", "--branch=work");
  expect((await clone.json("handoff")).numbers).toMatchObject({ files: null, added: 2, removed: 0 });
  const pr = await clone.ok("pr");
  expect(pr).toContain("- The changed files are unknown.\n");
  expect(pr).toContain("\n - Changed: 1 file, +2 -0\n");
  await clone.ok("resume", "work");
  const shown = await clone.session("show");
  expect(shown.stdout).toContain("0 decisions · +2 -0 lines\n");
  expect(shown.stderr).toBe(
    "the changed files are unknown: this clone is shallow\nhint: git fetch --unshallow\n",
  );
  await clone.ok("end");
  await clone.git("fetch", "--quiet", "--unshallow");
  expect(await clone.json("stats", "work")).toMatchObject({ checkpoints: 1, files: null, added: 2 });
});

/** Returns how often git contacted the remote. */
async function talks(clone: Scratch): Promise<number> {
  const log = await readFile(`${clone.home}/trace`, "utf8").catch(() => "");
  await rm(`${clone.home}/trace`, { force: true });
  return log.split("\n").filter((line) => /"event":"child_start".*upload-pack/.test(line)).length;
}

test.each(["blob:none", "tree:0"])(
  "reading commands in a clone without objects (%s) fetch nothing",
  async (filter) => {
    const s = await upstream();
    const clone = await cloned(s, `--filter=${filter}`);
    await clone.git("switch", "--quiet", "feature");
    const missing = () => clone.git("rev-list", "--objects", "--all", "--missing=print", "--quiet");
    const before = await missing();
    clone.env.GIT_TRACE2_EVENT = `${clone.home}/trace`;
    for (const args of LOOKING) {
      const ran = await clone.session(...args);
      expect(ran.code, `${args.join(" ")}: ${ran.stderr}`).toBe(0);
    }
    expect(await talks(clone)).toBe(0);
    delete clone.env.GIT_TRACE2_EVENT;
    expect(await missing()).toBe(before);
    const { stdout, stderr } = await clone.session("brief");
    expect(stdout).toContain("feat: rename");
    if (filter === "blob:none") expect(stdout).toContain("renamed.txt");
    else {
      expect(stderr).toContain("the changed files are unknown: this partial clone");
      expect((await clone.json("handoff")).numbers).toMatchObject({ files: null, added: null });
    }
  },
);

test("lines that a partial clone cannot count are unknown, and no commit or end records them", async () => {
  const s = await upstream();
  const clone = await cloned(s, "--filter=blob:none", "--branch=feature");
  await rename(s.root, `${s.root}.gone`);
  await clone.ok("start", "feature", "-o", "One");
  expect((await clone.json("handoff")).numbers).toMatchObject({ files: 2, added: null, removed: null });
  await clone.ok("checkpoint", "--amend", "-m", "feat: rename");
  expect(await clone.git("log", "-1", "--format=%B")).toMatch(/\n - Changed: 2 files\n/);
  await clone.git("update-ref", "-d", "refs/remotes/origin/feature");
  const { upstream: gone, lastCheckpoint } = await clone.json("status");
  expect(gone).toEqual({ name: "origin/feature", ahead: null, behind: null });
  expect(lastCheckpoint).not.toHaveProperty("added");
  await clone.ok("end");
  expect(await clone.json("stats", "feature")).toMatchObject({ files: 2, added: null, tests: null });
});

test.each(["blob:none", "tree:0"])(
  "a session in a clone without objects (%s) needs no remote",
  async (filter) => {
    const s = await upstream();
    const clone = await cloned(s, `--filter=${filter}`);
    await clone.git("switch", "--quiet", "feature");
    await rename(s.root, `${s.root}.gone`);
    for (const args of LOOKING) await expectRun(clone, args);
    await expectRun(clone, ["start", "feature", "-o", "One"]);
    await clone.write("README.md", "edited\n");
    await expectRun(clone, ["checkpoint", "-m", "docs: x", "--decision", "Offline"], {
      changes: ["head", "refs", "index"],
    });
    await expectRun(clone, ["brief"], { says: /Offline/ });
    await expectRun(clone, ["end"], { changes: ["snapshots"] });
    expect(await clone.json("decisions", "list", "--all")).toMatchObject([
      { text: "Offline", state: "committed" },
    ]);
  },
);

/** A clone that has only `src` and what is at the top. */
function sparse(...options: string[]): Promise<Scratch> {
  return fixture(`states-clones sparse ${JSON.stringify(options)}`, async (s) => {
    await initRepository(s);
    await s.ok("init", "--yes");
    await s.ok("config", "set", "display.emoji", "false");
    await s.write("src/a.txt", "a\n");
    await s.write("docs/b.txt", "b\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "begin");
    await s.git("sparse-checkout", "set", ...options);
  });
}

test.each([
  ["a cone", ["--cone", "src"]],
  ["a cone with a sparse index", ["--cone", "--sparse-index", "src"]],
  ["patterns", ["--no-cone", "/*", "!/.session/", "!/docs/"]],
])(
  "in a sparse checkout by %s settings apply, and no file outside of it is touched",
  async (_what, options) => {
    const s = await sparse(...options);
    expect(s.exists(".session")).toBe(false);
    const settings = await s.git("sparse-checkout", "list");
    await expectWholeSession(s, () => s.write("src/a.txt", "edited\n"));
    expect(await s.ok("objectives")).toContain("[x] obj-1");
    expect(await s.git("sparse-checkout", "list")).toBe(settings);
    expect(s.exists(".session")).toBe(false);
    expect(s.exists("docs")).toBe(false);
    expect(await s.git("diff", "--name-only", "main", "HEAD")).toBe("src/a.txt");
  },
);
