import { mkdir, realpath, symlink } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;

const texts = (items: { text: string }[]) => items.map((each) => each.text);

/** Paths that git lists as worktrees. */
async function worktrees(s: Scratch): Promise<string[]> {
  const lines = (await s.git("worktree", "list", "--porcelain")).split("\n");
  return lines.flatMap((line) => (line.startsWith("worktree ") ? [line.slice(9)] : []));
}

describe("start --worktree", () => {
  test("creates a folder beside the main worktree, and leaves this worktree alone", async () => {
    const s = await scratch();
    await s.write("README.md", "edited here\n");
    const { code, stdout, stderr } = await s.session("start", "feature/login", "--worktree", "-o", "One");
    const tree = s.at("../work-feature-login");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Session Login \(\w{12}\) started on the new branch feature\/login in .*\/work-feature-login, from main\.\n$/,
    );
    expect(stdout).toBe(`cd ${tree.root}\n`);
    expect(await s.git("branch", "--show-current")).toBe("main");
    expect(await s.read("README.md")).toBe("edited here\n");
    expect(await tree.git("branch", "--show-current")).toBe("feature/login");
    expect(await tree.git("status", "--porcelain")).toBe("");
    expect(texts(await tree.json("objectives"))).toEqual(["One"]);
    expect(JSON.parse(await s.read(".git/sessions/feature/login/context.json")).base.branch).toBe("main");
    await tree.write("a.txt", "a\n");
    await tree.ok("checkpoint", "-A", "-m", "feat: a");
    expect(await s.git("log", "-1", "--format=%s", "feature/login")).toBe("feat: a");
  });

  test("creates it beside the main worktree also from a linked worktree and a subfolder", async () => {
    const s = await scratch();
    await s.ok("start", "one", "--worktree");
    await s.write("../work-one/deep/er/x.txt", "x\n");
    const { worktree } = await s.at("../work-one/deep/er").json("start", "two", "--worktree");
    expect(worktree).toBe(s.at("../work-two").root);
  });

  test("resolves a given path from the current folder; --from sets the first commit", async () => {
    const s = await scratch({ commits: 3 });
    await s.git("tag", "v1", "HEAD~2");
    await s.write("sub/x.txt", "x\n");
    const here = s.at("sub");
    const { worktree } = await here.json("start", "old", "--worktree", "../../a b/c", "--from", "v1");
    expect(worktree).toBe(s.at("../a b/c").root);
    expect(await s.git("rev-parse", "old")).toBe(await s.git("rev-parse", "v1"));
    const { stdout } = await s.session("start", "more", "--worktree", "../it's");
    expect(stdout).toBe(`cd '${s.at("..").root}/it'\\''s'\n`);
  });

  test("takes the word after --worktree as the branch if it is the only one", async () => {
    const s = await scratch();
    expect(await s.ok("start", "--worktree", "feature/x")).toBe(`cd ${s.at("../work-feature-x").root}\n`);
    const none = await s.session("start", "--worktree");
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("missing required argument 'branch'");
  });

  test("adopts a local branch, or one that a single remote has", async () => {
    const s = await scratch();
    await s.git("branch", "fix/crash");
    await s.ok("start", "fix/crash", "--worktree");
    expect(await s.at("../work-fix-crash").git("branch", "--show-current")).toBe("fix/crash");
    await s.git("clone", "--quiet", ".", "../clone");
    const clone = s.at("../clone");
    await clone.ok("start", "fix/crash", "--worktree");
    expect(await clone.git("rev-parse", "fix/crash")).toBe(await s.git("rev-parse", "fix/crash"));
  });

  test("works while an operation is unfinished in this worktree", async () => {
    const s = await scratch();
    await s.git("switch", "--quiet", "-c", "other");
    await s.write("README.md", "theirs\n");
    await s.git("commit", "--quiet", "-am", "theirs");
    await s.git("switch", "--quiet", "main");
    await s.write("README.md", "ours\n");
    await s.git("commit", "--quiet", "-am", "ours");
    await s.run("git", ["rebase", "other"]);
    const { code } = await s.session("start", "hotfix", "--worktree", "--from", "main");
    expect(code).toBe(0);
    expect(await s.git("status", "--porcelain")).toBe("UU README.md");
  });

  test.each([
    ["a file", "already exists", (s: Scratch) => s.write("../taken", "mine\n")],
    [
      "a folder with something in it",
      "already exists, and not empty",
      (s: Scratch) => s.write("../taken/file.txt", "mine\n"),
    ],
  ])("refuses %s in one line, and changes nothing", async (_name, text, make) => {
    const s = await scratch();
    await make(s);
    const before = await s.fingerprint();
    const { code, stdout, stderr } = await s.session("start", "x", "--worktree", "../taken");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const error = `error: ${s.at("../taken").root} ${text}`;
    expect(stderr).toBe(`${error}\nhint: session start x --worktree <another path>\n`);
    expect(await s.fingerprint()).toBe(before);
    expect(s.exists(".git/sessions")).toBe(false);
    expect(await worktrees(s)).toEqual([s.root]);
  });

  test("accepts an empty folder", async () => {
    const s = await scratch();
    await mkdir(s.at("../empty").root);
    await s.ok("start", "x", "--worktree", "../empty");
    expect(await worktrees(s)).toContain(s.at("../empty").root);
  });

  test("refuses --no-switch, this worktree's branch, an invalid name, and a repository without a commit", async () => {
    const s = await scratch();
    const said = async (...args: string[]) => {
      const { code, stderr } = await s.session("start", ...args, "--worktree");
      return `${code} ${stderr}`;
    };
    const before = await s.fingerprint();
    expect(await said("x", "--no-switch")).toMatch(/^2 .*--no-switch cannot be used together/);
    expect(await said("main")).toMatch(/^1 .*main is checked out here\nhint: session start main\n$/);
    expect(await said("a..b")).toMatch(/^2 /);
    expect(await said("x", "--from", "nowhere")).toMatch(/^1 .*not a commit: "nowhere"/);
    expect(await s.fingerprint()).toBe(before);
    const unborn = await scratch({ commits: 0 });
    const { stderr } = await unborn.session("start", "x", "--worktree");
    expect(stderr).toContain("there is no commit yet");
  });

  test("removes worktree, branch and folders again if a later step fails", async () => {
    const s = await scratch();
    await s.write(".git/sessions", "in the way\n");
    await mkdir(s.at("../empty").root);
    for (const folder of ["../deep/er/x", "../empty"]) {
      const before = await s.fingerprint();
      const { code, stderr } = await s.session("start", "x", "--worktree", folder);
      expect(code, stderr).toBe(1);
      expect(stderr).toContain(
        "sessions is not a regular file or folder (a link, a device, or in the wrong place)",
      );
      expect(await s.fingerprint()).toBe(before);
      expect(await worktrees(s)).toEqual([s.root]);
    }
    expect(s.exists("../deep")).toBe(false);
    expect(s.exists("../empty")).toBe(true);
    await s.git("branch", "adopted");
    expect((await s.session("start", "adopted", "--worktree")).code).toBe(1);
    expect(await s.git("branch", "--list", "adopted")).toContain("adopted");
  });

  test("shows git's own refusal and leaves no branch", async () => {
    const s = await scratch();
    await s.ok("start", "x", "--worktree");
    await s.run("rm", ["-rf", s.at("../work-x").root]);
    const { code, stderr } = await s.session("start", "y", "--worktree", "../work-x");
    expect(code).toBe(1);
    expect(stderr).toMatch(/git cannot create the worktree .*work-x: .*already registered/);
    expect(await s.git("branch", "--list", "y")).toBe("");
    // A drive that is not there at the moment: what git knows of it stays.
    expect(await worktrees(s)).toContain(s.at("../work-x").root);
  });

  test("runs the user's post-checkout hook in the new worktree, and undoes everything if it fails", async () => {
    const s = await scratch();
    const hook = async (text: string) => {
      await s.write(".git/hooks/post-checkout", `#!/bin/sh\n${text}\n`);
      await s.run("chmod", ["+x", `${s.root}/.git/hooks/post-checkout`]);
    };
    await hook('pwd > "$HOME/ran"');
    await s.ok("start", "x", "--worktree");
    expect((await s.read("../home/ran")).trim()).toBe(s.at("../work-x").root);
    await hook("echo tests are missing >&2; exit 1");
    const { code, stderr } = await s.session("start", "y", "--worktree");
    expect(code).toBe(1);
    expect(stderr).toContain("a post-checkout hook failed");
    expect(stderr).toContain("tests are missing");
    expect(s.exists("../work-y")).toBe(false);
    expect(await s.git("branch", "--list", "y")).toBe("");
  });

  test("does not pass the caller's git variables to the new worktree", async () => {
    const s = await scratch();
    const env = {
      GIT_DIR: `${s.root}/.git`,
      GIT_WORK_TREE: s.root,
      GIT_INDEX_FILE: `${s.root}/.git/another-index`,
    };
    await s.run("cp", [".git/index", ".git/another-index"]);
    await s.write("new.txt", "staged\n");
    await s.run("git", ["add", "new.txt"], { env });
    const staged = () => s.run("git", ["ls-files", "--stage"], { env }).then((ran) => ran.stdout);
    const before = await staged();
    const ran = await s.run(process.execPath, [CLI, "start", "x", "--worktree", "-o", "One"], { env });
    expect(ran.code, ran.stderr).toBe(0);
    expect(await staged()).toBe(before);
    const all = await s.run(process.execPath, [CLI, "status", "--all", "--json"], { env });
    const [main, tree] = JSON.parse(all.stdout).worktrees;
    expect(main).toMatchObject({ here: true, branch: "main", dirty: 1 });
    expect(tree).toMatchObject({ here: false, branch: "x", dirty: 0, session: { title: "X" } });
  });

  test("--resume opens a session in its own worktree, or starts it there", async () => {
    const s = await scratch({ session: ["x", "-o", "One"] });
    await s.git("switch", "--quiet", "main");
    const again = await s.session("start", "x", "--worktree");
    expect(again.stderr).toContain("session start x --resume --worktree");
    const { stdout, stderr } = await s.session("start", "x", "--resume", "--worktree");
    expect(stderr).toContain("continues in");
    expect(stdout).toBe(`cd ${s.at("../work-x").root}\n`);
    expect(texts(await s.at("../work-x").json("objectives"))).toEqual(["One"]);
    await s.ok("start", "y", "--resume", "--worktree");
    expect(await s.at("../work-y").git("branch", "--show-current")).toBe("y");
    await s.git("branch", "plain");
    await s.ok("start", "plain", "--resume", "--worktree");
    expect((await s.at("../work-plain").json("status")).recorded).toBe(true);
  });
});

describe("a worktree's location", () => {
  /** A bare repository in a hidden folder, and the worktrees beside it. */
  async function bareLayout(): Promise<Scratch> {
    const s = await scratch();
    await s.git("clone", "--quiet", "--bare", ".", "../all/.bare");
    await s.write("../all/.git", "gitdir: ./.bare\n");
    return s.at("../all");
  }

  test("may be beside a bare repository, with sessions as usual", async () => {
    const top = await bareLayout();
    const { worktree } = await top.json("start", "feature/login", "--worktree", "-o", "One");
    expect(worktree).toBe(`${top.root}/feature-login`);
    const tree = top.at("feature-login");
    await tree.ok("start", "fix", "--worktree", "-o", "Two");
    expect((await tree.json("status")).session).toMatchObject({
      branch: "feature/login",
      baseBranch: "main",
    });
    const view = await top.json("status", "--all");
    expect(view.worktrees).toMatchObject([
      { folder: "feature-login", here: false, session: { title: "Login" } },
      { folder: "fix", here: false, session: { title: "Fix" } },
    ]);
    expect((await tree.json("status", "--all")).worktrees[0]).toMatchObject({ folder: ".", here: true });
    await tree.write("a.txt", "a\n");
    await tree.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
    expect((await tree.session("switch", "fix")).stderr).toContain(`cd ${top.root}/fix`);
    await tree.ok("switch", "main");
    expect(await top.json("list")).toHaveLength(2);
    expect((await top.session("status")).stderr).toContain("session status --all");
    expect((await top.at(".bare").json("start", "more", "--worktree")).worktree).toBe(`${top.root}/more`);
  });

  test("is beside a bare repository of the usual name, and named after it", async () => {
    const s = await scratch();
    await s.git("clone", "--quiet", "--bare", ".", "../project.git");
    const { worktree } = await s.at("../project.git").json("start", "a/b", "--worktree");
    expect(worktree).toBe(s.at("../project-a-b").root);
  });

  test("may change: a session survives a moved, removed or deleted worktree", async () => {
    const s = await scratch();
    await s.ok("start", "x", "--worktree", "-o", "One");
    const [from, to] = [s.at("../work-x").root, s.at("../moved").root];
    await s.git("worktree", "move", from, to);
    expect((await s.json("status", "--all")).worktrees[1]).toMatchObject({
      path: to,
      session: { title: "X" },
    });
    expect(texts(await s.at("../moved").json("objectives"))).toEqual(["One"]);
    await s.git("worktree", "remove", to);
    expect(await s.ok("status", "--all")).toContain("1 more session without a worktree");
    await s.ok("switch", "x");
    expect(texts(await s.json("objectives"))).toEqual(["One"]);
    await s.ok("end");
  });

  test("is found in a submodule, where git names only the repository", async () => {
    const s = await scratch();
    await s.git("init", "--quiet", "--initial-branch=main", "../lib");
    await s.at("../lib").git("commit", "--quiet", "--allow-empty", "-m", "lib");
    await s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib");
    const lib = s.at("lib");
    const { worktree } = await lib.json("start", "x", "--worktree", "../../lib-x");
    const tree = s.at(worktree);
    expect((await tree.json("status", "--all")).worktrees).toMatchObject([
      { path: lib.root, branch: "main", here: false },
      { path: tree.root, branch: "x", here: true },
    ]);
    expect((await tree.session("switch", "main")).stderr).toContain(`cd ${lib.root}`);
  });

  test("is recognized through a symbolic link", async () => {
    const s = await scratch();
    await symlink(s.root, s.at("../link").root);
    const view = await s.at("../link").json("status", "--all");
    expect(view.worktrees).toMatchObject([{ here: true, folder: ".", path: await realpath(s.root) }]);
  });
});
