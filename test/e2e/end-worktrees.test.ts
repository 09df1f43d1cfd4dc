import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** A session in a worktree of its own, with two commits; the main worktree stays on `main`. */
async function linked(): Promise<{ s: Scratch; tree: Scratch }> {
  const s = await scratch();
  await s.ok("start", "feature/login", "--worktree", "-o", "Login");
  const tree = s.at("../work-feature-login");
  await tree.write("login.md", "one\n");
  await tree.ok("checkpoint", "-A", "-m", "docs: login", "--decision", "Use PKCE");
  await tree.write("login.md", "two\n");
  await tree.ok("checkpoint", "-m", "docs: more", "--complete", "1");
  return { s, tree };
}

const isClean = async (s: Scratch) => (await s.git("status", "--porcelain")) === "";

test("a session in its own worktree is merged where the target is checked out, and its worktree removed", async () => {
  const { s, tree } = await linked();
  await s.write("notes.txt", "not tracked, and not in the way\n");
  const { code, stderr } = await tree.session(
    "end",
    "--merge-to",
    "main",
    "--squash",
    "--remove-worktree",
    "--delete-branch",
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(
    /^Merged into main \(\w{8}\), which is checked out in .*\/work; the branch is deleted\.\n/,
  );
  expect(stderr).toContain(`Removed the worktree ${tree.root}.`);
  expect(s.exists(tree.root)).toBe(false);
  expect(await s.git("worktree", "list")).not.toContain("login");
  expect(await s.git("branch", "--list", "feature/*")).toBe("");
  expect(await s.read("login.md")).toBe("two\n");
  expect(await s.git("status", "--porcelain")).toBe("?? notes.txt");
  expect(await s.git("log", "-1", "--format=%s%n%(trailers:key=Decisions)", "main")).toMatch(
    /^docs: login\nDecisions:.*Use PKCE/s,
  );
  expect(await s.ok("handoff", "feature/login")).toContain("Login");
  await s.git("fsck", "--strict");
});

test.each([
  ["--no-ff", 4],
  ["--ff-only", 3],
])(
  "with %s end works as in the main work tree, and runs the gates and hooks of the merge",
  async (how, count) => {
    const { s, tree } = await linked();
    await s.write(
      ".git/hooks/post-merge",
      '#!/bin/sh\necho merged >> "$(git rev-parse --git-common-dir)/ran"\n',
    );
    await s.run("chmod", ["+x", ".git/hooks/post-merge"]);
    const ended = await tree.json("end", "--merge-to", "main", how);
    expect(ended.merged).toMatchObject({ into: "main", folder: s.root, switched: false });
    expect(await s.git("rev-list", "--count", "main")).toBe(`${count}`);
    expect(await s.read(".git/ran")).toBe("merged\n");
    // The session's own worktree stays where it is.
    expect(await tree.git("branch", "--show-current")).toBe("feature/login");
    expect((await isClean(s)) && (await isClean(tree))).toBe(true);
  },
);

test("end changes nothing if the target's work tree has changes or a blocking file", async () => {
  const { s, tree } = await linked();
  const both = async () => [await s.fingerprint(), await tree.fingerprint()];
  await s.write("README.md", "half done\n");
  let before = await both();
  const dirty = (await tree.json("end", "--merge-to", "main")).error;
  expect(dirty).toMatchObject({
    code: "not-committed",
    message: `main is checked out in ${s.root}, and README.md has changes that are not committed; commit or stash them`,
  });
  expect(await both()).toEqual(before);
  await s.git("checkout", "--quiet", "README.md");
  await s.write("login.md", "mine\n");
  before = await both();
  expect((await tree.json("end", "--merge-to", "main")).error.code).toBe("untracked-in-the-way");
  await s.write(".git/info/exclude", "login.md\n");
  before = await both();
  expect((await tree.json("end", "--merge-to", "main")).error.code).toBe("ignored-in-the-way");
  expect(await both()).toEqual(before);
  expect(await s.read("login.md")).toBe("mine\n");
  // A conflict, and a hook that refuses, leave both work trees as they were.
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: theirs");
  await s.run("rm", ["login.md"]);
  await s.write(".git/hooks/pre-merge-commit", "#!/bin/sh\nexit 1\n");
  await s.run("chmod", ["+x", ".git/hooks/pre-merge-commit"]);
  before = await both();
  expect((await tree.json("end", "--merge-to", "main")).error.code).toBe("merge-refused");
  expect(await both()).toEqual(before);
  expect(s.exists(".git/MERGE_HEAD")).toBe(false);
  await s.write("login.md", "theirs\n");
  await s.git("add", "--force", "login.md");
  await s.git("commit", "--quiet", "-m", "docs: theirs");
  before = await both();
  expect((await tree.json("end", "--merge-to", "main", "--squash")).error.code).toBe("merge-conflict");
  expect(await both()).toEqual(before);
  expect((await tree.json("status")).session.state).toBe("active");
});

test("end moves the target's ref if no work tree has it, and the worktree keeps its branch", async () => {
  const { s, tree } = await linked();
  await s.git("switch", "--quiet", "-c", "other");
  const before = await s.fingerprint();
  const { code, stderr } = await tree.session("end", "--merge-to", "main", "--squash");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Merged into main \(\w{8}\)\.\n/),
  });
  expect(await s.git("show", "main:login.md")).toBe("two");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Decisions)", "main")).toContain("Use PKCE");
  expect(await tree.git("branch", "--show-current")).toBe("feature/login");
  expect((await s.fingerprint()).split("\n---\n")[2]).toBe(before.split("\n---\n")[2]);
  expect((await isClean(s)) && (await isClean(tree))).toBe(true);
});

test.each<[what: string, make: (tree: Scratch) => Promise<unknown>, why: string]>([
  ["untracked", (tree) => tree.write("draft.md", "mine\n"), "draft.md is not committed"],
  [
    "ignored",
    async (tree) => {
      await tree.write(".gitignore", ".env\nbuild/\n");
      await tree.ok("checkpoint", "-A", "-m", "chore: ignore");
      await tree.write("build/out.js", "built\n");
      await tree.write(".env", "KEY=1\n");
    },
    ".env is ignored by git and exists only in that worktree",
  ],
])("end keeps a worktree with %s files", async (what, make, why) => {
  const { s, tree } = await linked();
  await make(tree);
  const { code, stderr } = await tree.session(
    "end",
    "--merge-to",
    "main",
    "--remove-worktree",
    "--delete-branch",
  );
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(`was kept: ${why}`) });
  expect(stderr).toContain("the branch feature/login was kept");
  expect(s.exists(tree.root)).toBe(true);
  expect(await s.git("show", "main:login.md")).toBe("two");
  // Where the main worktree has the same ignored file, nothing would be lost.
  await s.write(".env", "KEY=1\n");
  await tree.ok("resume", "feature/login");
  await s.git("worktree", "lock", tree.root);
  expect((await tree.session("end", "--remove-worktree")).stderr).toContain(
    what === "untracked" ? why : `git worktree lock protects it\nhint: git worktree unlock ${tree.root}\n`,
  );
  await s.git("worktree", "unlock", tree.root);
  await tree.ok("resume", "feature/login");
  const again = await tree.session("end", "--remove-worktree");
  expect(s.exists(tree.root)).toBe(what === "untracked");
  expect(/^hint: cd (.*)/m.exec(again.stderr)?.[1]).toBe(what === "untracked" ? undefined : s.root);
});

test("on a terminal end offers to remove the worktree; from another worktree the session ends by name", async () => {
  const { s, tree } = await linked();
  const asked = `Remove the worktree ${tree.root} after the merge? [y/N]`;
  const ran = await runAtTerminal(
    s,
    { columns: 200, keys: "y,enter", until: asked },
    "end",
    "Login",
    "--merge-to",
    "main",
  );
  expect({ code: ran.code, text: ran.stdout }).toMatchObject({
    code: 0,
    text: expect.stringContaining("Removed the worktree"),
  });
  expect(s.exists(tree.root)).toBe(false);
  expect(await s.git("log", "-1", "--format=%s", "main")).toBe("docs: more");
  await s.ok("start", "here", "--from", "main");
  const usage = await s.json("end", "--remove-worktree");
  expect(usage.error).toMatchObject({
    code: "usage",
    message: "--remove-worktree: no linked worktree has here checked out",
  });
});
