/** Pulled sessions: fetched beside the user's refs, merged with local ones, never deleted. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { bareRemote } from "../support/git-servers.ts";
import { scratch } from "../support/scratch.ts";
import { currentSessionId, gitConfig, refNames, twoClones } from "../support/two-clones.ts";

test("git clone copies no sessions; pull fetches them, and resume opens one", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("decisions", "add", "Use PKCE");
  expect((await b.session("pull")).stderr).toBe("origin has no sessions to pull.\n");
  await a.ok("push");
  expect(await refNames(b, "refs/sessions/", "refs/session-remotes/")).toBe("");
  expect(await b.ok("pull")).toContain(`new\tWork\twork\t${id}`);
  expect(await refNames(b, "refs/sessions/", "refs/session-remotes/")).toBe(
    `refs/session-remotes/origin/${id}\nrefs/sessions/${id}`,
  );
  expect((await b.session("pull")).stderr).toContain("Already up to date");
  expect(await b.ok("resume", id)).toContain("Use PKCE");
  expect(await b.git("branch", "--show-current")).toBe("work");
});

test("an empty folder of an ended session does not count as a session", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await mkdir(path.join(b.root, ".git/sessions/.kept", id), { recursive: true });
  expect(await b.ok("pull")).toContain(`new\tWork\twork\t${id}`);
  expect(await b.ok("resume", id)).toContain("One");
});

test("changes in one clone arrive in the other, and back", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From the other side");
  expect(await b.ok("push")).toContain("pushed");
  const pulled = await a.json("pull");
  expect(pulled.sessions).toMatchObject([{ id, title: "Work", branch: "work" }]);
  expect(await a.ok("status")).toContain("From the other side");
});

test("pull accepts names: an id or its start, a branch, or a title, also if only the remote knows the session", async () => {
  const { a, b, id } = await twoClones("--title", "The work");
  await a.ok("start", "second", "-o", "S", "--title", "Another thing");
  const second = await currentSessionId(a);
  await a.ok("push", "--all");
  expect((await b.json("pull", id.slice(0, 6))).sessions).toMatchObject([{ id, outcome: "new" }]);
  expect(await refNames(b, "refs/sessions/", "refs/session-remotes/")).not.toContain(second);
  expect((await b.json("pull", "origin", "Another thing")).sessions).toMatchObject([{ id: second }]);
  const none = await b.session("pull", "no-such-branch");
  expect([none.code, none.stderr]).toEqual([
    3,
    expect.stringContaining('origin has no session "no-such-branch"'),
  ]);
  const missing = await b.session("pull", "zzzzzzzzzzzz");
  expect(missing.code).toBe(3);
});

test("sessions deleted on the remote stay in this clone", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await remote.git("update-ref", "-d", `refs/sessions/${id}`);
  const pulled = await b.session("pull");
  expect([pulled.code, pulled.stderr]).toEqual([
    0,
    expect.stringContaining(`origin no longer has ${id}. This clone keeps it.`),
  ]);
  await b.git("fetch", "--quiet", "--prune");
  await b.git("remote", "prune", "origin");
  expect(await refNames(b, "refs/sessions/", "refs/session-remotes/")).toBe(
    `refs/session-remotes/origin/${id}\nrefs/sessions/${id}`,
  );
  expect(await b.ok("show", id)).toContain("Work");
});

test("a session deleted in this clone is not fetched again unless named", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("delete", id, "--yes");
  const left = await b.session("pull");
  expect([left.code, left.stderr]).toEqual([
    0,
    expect.stringContaining(`Skipped, deleted in this clone: ${id}.`),
  ]);
  expect(left.stderr).not.toContain("has no sessions");
  expect(await b.json("list")).toEqual([]);
  await b.ok("pull", id);
  expect(await b.json("list")).toMatchObject([{ id }]);
  // From then on it is like any other.
  await a.ok("note", "Later");
  await a.ok("push");
  expect(await b.ok("pull")).toContain(`forward\tWork\twork\t${id}`);
});

test("pull changes no settings, FETCH_HEAD, tags or branches, and ignores the user's refspecs", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await a.git("tag", "v1");
  await a.git("commit", "--quiet", "--allow-empty", "-m", "more");
  await a.git("push", "--quiet", "--tags", "origin", "work");
  await b.git("config", "fetch.prune", "true");
  await b.git("config", "fetch.pruneTags", "true");
  await b.git("config", "remote.origin.tagOpt", "--tags");
  await b.git("fetch", "--quiet", "--no-tags", "origin", "main");
  const before = [
    await gitConfig(b),
    await readFile(path.join(b.root, ".git/FETCH_HEAD"), "utf8"),
    await refNames(b, "refs/heads/", "refs/remotes/", "refs/tags/"),
    await b.git("rev-parse", "origin/work"),
  ];
  await b.ok("pull");
  expect([
    await gitConfig(b),
    await readFile(path.join(b.root, ".git/FETCH_HEAD"), "utf8"),
    await refNames(b, "refs/heads/", "refs/remotes/", "refs/tags/"),
    await b.git("rev-parse", "origin/work"),
  ]).toEqual(before);
  expect(await refNames(b, "refs/sessions/")).toContain(id);
});

test("a shallow clone pulls a session without the project's history", async () => {
  const { a, remote, id } = await twoClones();
  for (const n of [1, 2, 3]) await a.git("commit", "--quiet", "--allow-empty", "-m", `more ${n}`);
  await a.git("push", "--quiet", "origin", "work");
  await a.ok("push");
  const c = a.at("../shallow");
  await a.git("clone", "--quiet", "--depth", "1", "--branch", "work", `file://${remote.root}`, c.root);
  const shallow = await c.read(".git/shallow");
  await c.ok("pull");
  expect(await c.read(".git/shallow")).toBe(shallow);
  expect(await c.git("rev-list", "--count", "HEAD")).toBe("1");
  expect(await c.ok("resume", id)).toContain("One");
  await c.ok("objectives", "add", "From the shallow one");
  expect(await c.ok("push")).toContain("pushed");
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).toContain("From the shallow one");
});

test("a partial clone pulls all objects of a session at once", async () => {
  const { a, remote, id } = await twoClones();
  await remote.git("config", "uploadpack.allowFilter", "true");
  await a.ok("push");
  const c = a.at("../partial");
  await a.git("clone", "--quiet", "--filter=blob:none", "--branch", "work", `file://${remote.root}`, c.root);
  const before = await gitConfig(c);
  await c.ok("pull");
  expect(await gitConfig(c)).toBe(before);
  await c.git("remote", "set-url", "origin", "file:///nowhere/at-all");
  expect(await c.ok("resume", id)).toContain("One");
});

test("sessions are pulled from and pushed to shallow and partial remotes", async () => {
  const { a, b, remote, id } = await twoClones();
  for (const n of [1, 2, 3]) await a.git("commit", "--quiet", "--allow-empty", "-m", `more ${n}`);
  await a.git("push", "--quiet", "origin", "work");
  await remote.git("config", "uploadpack.allowFilter", "true");
  for (const [name, option] of [
    ["shallow.git", "--depth=1"],
    ["partial.git", "--filter=blob:none"],
  ] as const) {
    await a.git("clone", "--quiet", "--bare", "--branch=work", option, `file://${remote.root}`, `../${name}`);
    await a.ok("objectives", "add", `By ${name}`);
    await a.ok("push", `../${name}`);
    expect(await b.ok("pull", `../${name}`)).toContain(id);
  }
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From b");
  await b.ok("push", "../shallow.git");
  await a.ok("pull", "../shallow.git");
  expect(await a.ok("objectives")).toContain("From b");
  expect(await a.at("../shallow.git").git("rev-parse", "--is-shallow-repository")).toBe("true");
});

test("pull and list work in a bare repository", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("push");
  const bare = await bareRemote(a, "copy.git");
  await bare.git("remote", "add", "origin", remote.root);
  expect(await bare.ok("pull")).toContain(id);
  expect(await bare.ok("list")).toContain(id);
  expect(await bare.ok("push", id)).toContain("same");
});

test("a URL in place of a remote gets its own folder, always the same", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push", "../remote.git");
  await b.write("sub/file.txt", "x\n");
  // The path is relative to where it is typed.
  expect(await b.at("sub").ok("pull", "../../remote.git")).toContain(`new\tWork\twork\t${id}`);
  const kept = await refNames(b, "refs/session-remotes/");
  expect(kept).toMatch(new RegExp(`^refs/session-remotes/url-[0-9a-f]{16}/${id}$`));
  await a.ok("objectives", "add", "Two");
  await a.ok("push", remote.root);
  expect(await b.ok("pull", remote.root)).toContain("forward");
  expect(await refNames(b, "refs/session-remotes/")).toBe(kept);
  expect(await b.git("remote")).toBe("origin");
});

test("pull from another clone names the command that pushes its active session first", async () => {
  const { a, b, id } = await twoClones();
  const hint = `session -C ${a.root} push`;
  expect((await b.session("pull", path.relative(b.root, a.root))).stderr).toBe(
    `${a.root} has no pushed or ended sessions.\nhint: ${hint}\n`,
  );
  await b.ok(...hint.split(" ").slice(1));
  expect(await b.ok("pull", a.root)).toContain(id);
});

test("clone starts a session from another's context, without its commits", async () => {
  const { a, b, id } = await twoClones("-o", "Two", "--tag", "api");
  await a.ok("decisions", "add", "Committed one");
  await a.ok("checkpoint", "--allow-empty", "-m", "feat: one");
  await a.ok("decisions", "add", "Pending one");
  await a.ok("blockers", "add", "Waiting for keys", "--link", "#4");
  await a.ok("note", "Mind the cache");
  await a.ok("objectives", "complete", "1");
  await a.ok("push");
  await b.ok("pull");
  const { session, parent } = await b.json("clone", id, "work-again");
  expect(parent).toEqual({ id, title: "Work", branch: "work" });
  expect(session).toMatchObject({ parent: id, tags: ["api"], ref: "refs/heads/work-again" });
  expect(await b.git("branch", "--show-current")).toBe("work-again");
  const status = await b.ok("status");
  expect(status).toContain("Two");
  expect(status).not.toContain("obj-1: One");
  expect(status).toContain("Waiting for keys");
  expect(await b.ok("brief")).toContain("Mind the cache");
  // Decisions committed by another session are its own; uncarried ones go into this clone's next checkpoint.
  await b.write("new.txt", "new\n");
  await b.ok("checkpoint", "-A", "-m", "feat: new");
  const message = await b.git("log", "-1", "--format=%B");
  expect(message).toContain("Pending one");
  expect(message).not.toContain("Committed one");
  // The other one is as it was.
  expect(await b.git("rev-parse", `refs/sessions/${id}`)).toBe(
    await a.git("rev-parse", `refs/sessions/${id}`),
  );
  expect((await b.session("clone", "nobody")).code).toBe(3);
});

test("resuming a session whose branch is on no remote names the command to continue with", async () => {
  const a = await scratch();
  await bareRemote(a);
  await a.git("remote", "add", "origin", "../remote.git");
  await a.git("push", "--quiet", "origin", "main");
  await a.ok("start", "work", "-o", "One");
  const id = await currentSessionId(a);
  await a.ok("push");
  const b = a.at("../other");
  await a.git("clone", "--quiet", "../remote.git", b.root);
  await b.ok("pull");
  const { code, stderr } = await b.session("resume", id);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`session clone ${id}`)]);
});
