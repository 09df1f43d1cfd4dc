import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("start creates a session on a new branch and prints the brief", async () => {
  const s = await scratch();
  const { code, stdout, stderr } = await s.session(
    "start",
    "feature/oauth-login",
    "-o",
    "OAuth provider",
    "-o",
    "Google, then GitHub",
    "--tag",
    "auth",
    "--meta",
    "issue=42",
  );
  expect(code).toBe(0);
  expect(stderr).toContain("started on the new branch feature/oauth-login");
  expect(stdout).toContain("OAuth provider");
  expect(stdout).toContain("Google, then GitHub");
  expect(await s.git("branch", "--show-current")).toBe("feature/oauth-login");
  const context = JSON.parse(await s.read(".git/sessions/feature/oauth-login/context.json"));
  expect(context).toMatchObject({
    ref: "refs/heads/feature/oauth-login",
    title: "Oauth login",
    tags: ["auth"],
    meta: { issue: "42" },
    state: "active",
    base: { branch: "main" },
  });
  expect(await s.read(".git/sessions/feature/oauth-login/objectives.md")).toContain(
    "- [ ] obj-2: Google, then GitHub",
  );
});

test("start adopts an existing branch, and a branch known only to a remote", async () => {
  const s = await scratch();
  await s.git("branch", "fix/crash");
  await s.ok("start", "fix/crash");
  expect(await s.git("branch", "--show-current")).toBe("fix/crash");
  await s.git("clone", "--quiet", ".", "../clone");
  await s.git("branch", "theirs", "main");
  const clone = s.at("../clone");
  await clone.git("fetch", "--quiet");
  await clone.ok("start", "theirs");
  expect(await clone.git("rev-parse", "theirs")).toBe(await s.git("rev-parse", "main"));
});

test("start --no-switch leaves HEAD unchanged, and --from sets the first commit", async () => {
  const s = await scratch({ commits: 3 });
  await s.git("tag", "v1", "HEAD~2");
  await s.ok("start", "later", "--no-switch", "--from", "v1");
  expect(await s.git("branch", "--show-current")).toBe("main");
  expect(await s.git("rev-parse", "later")).toBe(await s.git("rev-parse", "v1"));
  expect(s.exists(".git/sessions/later/context.json")).toBe(true);
});

test("a branch name equal to a tracked file never touches the file", async () => {
  const s = await scratch();
  await s.write("README.md", "edited, not committed\n");
  await s.ok("start", "README.md");
  expect(await s.read("README.md")).toBe("edited, not committed\n");
  expect(await s.git("branch", "--show-current")).toBe("README.md");
});

test("start works on an unborn branch, from a subfolder, and in a linked worktree", async () => {
  const s = await scratch({ commits: 0 });
  await s.ok("start", "main", "-o", "First commit");
  await s.write("src/a.txt", "a\n");
  const inside = s.at("src");
  expect(await inside.json("objectives", "list")).toHaveLength(1);
  await inside.ok("checkpoint", "-A", "-m", "feat: begin");
  expect(await s.git("log", "--format=%s")).toBe("feat: begin");
  await s.git("worktree", "add", "--quiet", "-b", "other", "../tree");
  const tree = s.at("../tree");
  await tree.ok("start", "other", "-o", "Elsewhere");
  expect(s.exists(".git/sessions/other/context.json")).toBe(true);
  expect((await s.json("objectives", "list"))[0].text).toBe("First commit");
  expect((await tree.json("objectives", "list"))[0].text).toBe("Elsewhere");
});

test("printed commands quote a branch name so that no shell executes it", async () => {
  const s = await scratch();
  const name = "x$(touch${IFS}pwn)'`";
  const quoted = "'x$(touch${IFS}pwn)'\\''`'";
  await s.ok("start", name, "-o", "One");
  expect(await s.ok("handoff")).toContain(`session resume ${quoted}`);
  const { stderr } = await s.session("end");
  expect(stderr).toContain(`session resume ${quoted}`);
  await s.run("sh", [
    "-c",
    `session() { node "${process.cwd()}/dist/cli.js" "$@"; }; session resume ${quoted}`,
  ]);
  expect(await s.json("objectives")).toHaveLength(1);
  expect(s.exists("pwn")).toBe(false);
});

test("a session on an unborn branch has no base", async () => {
  const s = await scratch({ commits: 0 });
  await s.ok("start", "first", "-o", "One");
  expect(JSON.parse(await s.read(".git/sessions/first/context.json")).base).toEqual({});
});

test("a second start refuses and names the command that resumes; start --resume opens the session", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  const before = await s.fingerprint();
  const again = await s.session("start", "work", "-o", "Two");
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("session resume work");
  expect(await s.fingerprint()).toBe(before);
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "work", "--resume");
  expect(await s.git("branch", "--show-current")).toBe("work");
  expect(await s.json("objectives", "list")).toHaveLength(1);
  await s.git("switch", "--quiet", "main");
  const { session } = await s.json("status");
  expect(session.branch).toBe("main");
  const { id } = JSON.parse(await s.read(".git/sessions/work/context.json"));
  expect(await s.ok("start", id, "--resume")).toContain("obj-1: One");
  for (const name of [["work"], []]) {
    const more = ["-o", "One", "-o", `Two${name}`, "--title", "New title", "--tag", "new"];
    const { stderr } = await s.session("start", ...name, "--resume", ...more);
    expect(stderr).toContain("the session already exists: --title was not applied");
    expect(stderr).toContain("the session already exists: --tag was not applied");
  }
  const objectives: { text: string }[] = await s.json("objectives", "list");
  expect(objectives.map(({ text }) => text)).toEqual(["One", "Twowork", "Two"]);
});

test("the session of a deleted branch is kept, not reused", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "Old work");
  const { id } = JSON.parse(await s.read(".git/sessions/work/context.json"));
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "-D", "work");
  const { stderr } = await s.session("start", "work", "-o", "New work");
  expect(stderr).toContain(`session resume ${id}`);
  expect((await s.json("objectives", "list")).map((each: { text: string }) => each.text)).toEqual([
    "New work",
  ]);
  expect(await s.read(`.git/sessions/.kept/${id}/objectives.md`)).toContain("Old work");
});

test("branches whose names collide with our files, or with each other's folders, stay separate", async () => {
  const s = await scratch();
  const names = [
    "workspace",
    "a/trailers",
    "a/context.json",
    "con",
    "über/ä",
    "100%",
    `long-${"x".repeat(200)}`,
  ];
  for (const name of names) {
    await s.ok("start", name, "-o", `for ${name}`);
  }
  for (const name of names) {
    await s.git("switch", "--quiet", name);
    expect((await s.json("objectives", "list"))[0].text).toBe(`for ${name}`);
  }
});

test("start without a name uses the checked-out branch, unless it is the default branch", async () => {
  const s = await scratch();
  const refused = await s.session("start");
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("missing required argument 'branch'");
  await s.git("switch", "--quiet", "-c", "fix/here");
  await s.ok("start", "-o", "One");
  expect((await s.json("status")).session).toMatchObject({ branch: "fix/here", baseBranch: "main" });
  await s.git("switch", "--quiet", "--detach");
  expect((await s.session("start")).code).toBe(2);
});

test("start takes comma-separated tags and metadata as a JSON object", async () => {
  const s = await scratch();
  await s.ok("create", "work", "--tags", "a, b", "--metadata", '{"k":"v","n":{"m":1}}', "--provider", "some");
  expect((await s.json("list"))[0]).toMatchObject({
    tags: ["a", "b"],
    meta: { k: "v", n: '{"m":1}', provider: "some" },
  });
});

test("start checks tags and metadata as tag and meta do, before it creates a branch", async () => {
  const s = await scratch();
  for (const wrong of [
    ["--tag", "a, "],
    ["--meta", "{novalue"],
    ["--tag", " "],
    ["--meta", "novalue"],
    ["--meta", "__proto__=1"],
  ])
    expect(await s.session("start", "work", ...wrong)).toMatchObject({ code: 2 });
  expect(await s.git("branch", "--list", "work")).toBe("");
  await s.ok("start", "work", "--tag", " two  words ", "--tag", "two words", "--meta", "k=v=w");
  expect((await s.json("show", "@")).tags ?? (await s.json("list"))[0].tags).toEqual(["two words"]);
});
