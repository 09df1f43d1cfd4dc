import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

const BRANCH = "feature/login";

/** A repository with a bare remote beside it, and main pushed. */
function shared(): Promise<Scratch> {
  return fixture("fresh-clone", makeShared);
}

async function makeShared(s: Scratch): Promise<void> {
  await initRepository(s, { commits: 2 });
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.git("push", "--quiet", "origin", "main");
}

/** The same, with the session of `worked`. */
function sharedWork(): Promise<Scratch> {
  return fixture("fresh-clone with work", async (s) => {
    await makeShared(s);
    await worked(s);
  });
}

/** A session with an item of every kind, in every state, its branch pushed. */
async function worked(s: Scratch): Promise<void> {
  await s.ok(
    "start",
    BRANCH,
    "--title",
    "Größe ✓: log in",
    "-o",
    "Open",
    "-o",
    "Started\nwith a second line",
  );
  await s.ok("obj", "add", "Done, 大きい 🎉", "Dropped (#9)", "Session-Id: zzzzzzzzzzzz", "Reopened");
  await s.ok("obj", "start", "2");
  await s.ok("obj", "complete", "3", "6");
  await s.ok("obj", "drop", "4");
  await s.ok("blk", "add", "Keys", "--link", "#42");
  await s.ok("blk", "add", "CI is red\nsince Monday", "--link", "https://ci.example/1?a=b");
  await s.ok("blk", "add", "Review", "--link", "the vendor's answer");
  await s.ok("blk", "resolve", "2", "--note", "a flaky test\nwas fixed");
  await s.ok("verify", "npm test", "--result", "failed");
  await s.ok("dec", "add", "REST", "--rationale", "known\nto all", "--alternatives", "GraphQL: new");
  await s.write("src/a.ts", "export {};\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--label", "first");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: by hand");
  await s.ok("obj", "reopen", "6");
  await s.ok("dec", "add", "gRPC ✓", "--supersedes", "1", "--alternatives", "A", "--alternatives", "B: b");
  await s.ok("dec", "add", "Keep the old one of another session", "--supersedes", "zzzzzzzzzzzz/dec-1");
  await s.ok("verify", "npm test", "--result", "passed");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: b", "--label", "second");
  await s.git("push", "--quiet", "origin", BRANCH);
}

async function clone(s: Scratch, ...options: string[]): Promise<Scratch> {
  await s.git("clone", "--quiet", ...options, `file://${s.at("../remote.git").root}`, "../clone");
  return s.at("../clone");
}

/** Returns a session without the fields that trailers lack. */
async function recordOf(s: Scratch) {
  const [objectives, blockers, decisions, status] = await Promise.all([
    s.json("objectives"),
    s.json("blockers"),
    s.json("decisions"),
    s.json("status"),
  ]);
  const untimed = (items: Record<string, unknown>[]) =>
    items.map(({ added: _added, finished: _finished, ...rest }) => rest);
  const { started: _started, upstream: _upstream, ...session } = status.session;
  return {
    objectives: untimed(objectives),
    blockers: untimed(blockers),
    decisions: untimed(decisions),
    session,
    verified: status.verified.map(
      ({ when: _when, commit: _commit, ...rest }: Record<string, unknown>) => rest,
    ),
    pending: status.pending,
    checkpoints: status.checkpoints,
    commits: status.commits,
    lastCheckpoint: status.lastCheckpoint,
    warnings: status.warnings,
  };
}

async function goesOn(s: Scratch, c: Scratch, decisions = 3): Promise<void> {
  expect(await c.json("objectives", "add", "New here")).toMatchObject({ id: "obj-7" });
  expect(await c.json("blockers", "add", "New here")).toMatchObject({ id: "blk-4" });
  expect(await c.json("decisions", "add", "New here")).toMatchObject({ id: `dec-${decisions + 1}` });
  await c.ok("objectives", "complete", "1");
  const { id } = (await s.json("status")).session;
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: c");
  const { session } = await c.json("trailers");
  expect(session).toMatchObject({ id, title: "Größe ✓: log in", verified: [] });
  expect(session.decisions).toEqual([{ id: `dec-${decisions + 1}`, text: "New here", alternatives: [] }]);
  expect((await c.json("status")).pending).toEqual([]);
  await c.git("push", "--quiet");
  await s.git("pull", "--quiet", "origin", BRANCH);
}

test.each([
  ["plain", []],
  ["of that branch alone", ["--single-branch", `--branch=${BRANCH}`]],
  ["without blobs", ["--filter=blob:none", "--no-checkout"]],
])("in a fresh clone, %s, resume restores everything that trailers hold", async (_name, options) => {
  const s = await sharedWork();
  await s.git("config", "--file", "../remote.git/config", "uploadpack.allowFilter", "true");
  const before = await recordOf(s);
  const c = await clone(s, ...options);
  const resumed = await c.json("resume", BRANCH);
  expect(resumed).toMatchObject({ from: "commits", taken: [], session: { title: "Größe ✓: log in" } });
  const after = await recordOf(c);
  if (options[0] === "--single-branch") {
    // Nothing in this clone names the branch's first commit.
    expect({ ...after, session: 0, commits: 0 }).toEqual({ ...before, session: 0, commits: 0 });
    expect(after.session).toMatchObject({ id: before.session.id, time: before.session.time });
  } else {
    expect(after).toEqual(before);
  }
  expect(await c.git("rev-parse", "--abbrev-ref", "@{upstream}")).toBe(`origin/${BRANCH}`);
  expect((await c.json("status")).session.upstream).toBe(`up to date with origin/${BRANCH}`);

  const again = await c.json("resume", BRANCH);
  expect(again).toMatchObject({ from: "local", taken: [] });
  expect(await recordOf(c)).toEqual(after);

  await goesOn(s, c);
  const seen = await s.json("status");
  expect(seen.checkpoints).toBe(3);
  expect(seen.warnings.join()).toContain("obj-1, obj-7, blk-4, dec-4.\nhint: session resume");
  expect(
    (await s.json("decisions")).map((each: { id: string; state: string }) => `${each.id} ${each.state}`),
  ).toEqual(["dec-1 committed", "dec-2 committed", "dec-3 committed", "dec-4 committed"]);
  expect((await s.json("resume")).taken).toEqual(["obj-1", "obj-7", "blk-4", "dec-4"]);
  expect(await recordOf(s)).toEqual({ ...(await recordOf(c)), session: expect.anything(), commits: 1 });
  expect((await s.json("resume")).taken).toEqual([]);
});

test("resume works in a SHA-256 clone with a hostile user configuration", async () => {
  const s = await scratch({ repository: false });
  const settings = {
    "core.commentChar": ";",
    "commit.cleanup": "scissors",
    "trailer.separators": "=",
    "trailer.ifmissing": "doNothing",
    "log.showSignature": "true",
    "color.ui": "always",
    "log.decorate": "full",
    "core.abbrev": "4",
    "format.pretty": "oneline",
    "log.follow": "true",
    "log.date": "relative",
    "merge.ff": "false",
    "i18n.logOutputEncoding": "ISO-8859-1",
    "branch.autoSetupRebase": "always",
    "clone.defaultRemoteName": "origin",
    "log.mailmap": "true",
    "pull.rebase": "false",
  };
  for (const [key, value] of Object.entries(settings)) await s.git("config", "--global", key, value);
  for (const format of ["sha256"]) {
    await s.git("init", "--quiet", "--initial-branch=main", `--object-format=${format}`);
    await s.git("init", "--quiet", "--bare", `--object-format=${format}`, "../remote.git");
  }
  await s.git("commit", "--quiet", "--allow-empty", "-m", "begin");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.git("push", "--quiet", "origin", "main");
  await worked(s);
  const before = await recordOf(s);
  const c = await clone(s);
  await c.ok("resume", BRANCH);
  expect(await recordOf(c)).toEqual(before);
  await goesOn(s, c);
});

test("in a shallow clone resume restores the newest checkpoint, assigns unused ids, and restores the rest after unshallow", async () => {
  const s = await sharedWork();
  const before = await recordOf(s);
  const c = await clone(s, "--depth=1", `--branch=${BRANCH}`);
  const { stderr } = await c.session("resume");
  expect(stderr).toContain("this clone is shallow");
  const after = await recordOf(c);
  expect(after).toMatchObject({ objectives: before.objectives, blockers: before.blockers, pending: [] });
  expect(after.session).toMatchObject({ id: before.session.id, title: before.session.title });
  expect(after.decisions).toEqual(before.decisions.slice(1));
  expect((await c.json("list"))[0].checkpoints).toBeNull();
  const { id } = await c.json("decisions", "add", "Here");
  expect(before.decisions.map((each) => each.id)).not.toContain(id);
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: c");
  await c.git("fetch", "--quiet", "--unshallow");
  expect((await c.json("resume")).taken).toEqual(["dec-1"]);
  const texts = (await c.json("decisions")).map((each: { text: string; state: string }) => [
    each.text,
    each.state,
  ]);
  expect(texts).toHaveLength(4);
  expect(texts).toContainEqual(["REST", "committed"]);
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: d");
  expect((await c.json("trailers")).session.decisions).toEqual([]);

  const deeper = await sharedWork();
  await deeper.git("commit", "--quiet", "--allow-empty", "-m", "chore: on top");
  await deeper.git("push", "--quiet", "origin", BRANCH);
  const cut = await clone(deeper, "--depth=1", `--branch=${BRANCH}`);
  const ran = await cut.session("resume", BRANCH);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("git fetch --unshallow");
});

test("in a shallow clone the decision log keeps new ids close to the used ones", async () => {
  const s = await shared();
  await s.ok("init", "--yes");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: set session up");
  await s.git("push", "--quiet", "origin", "main");
  await worked(s);
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: no decisions");
  await s.git("push", "--quiet", "origin", BRANCH);
  const c = await clone(s, "--depth=1", `--branch=${BRANCH}`);
  await c.ok("resume");
  expect((await c.json("decisions", "add", "Next")).id).toBe("dec-4");
});

test("status, brief and handoff of a branch whose commits carry a session name the resume command", async () => {
  const s = await sharedWork();
  const c = await clone(s);
  await c.git("switch", "--quiet", BRANCH);
  const status = await c.json("status");
  const record = { kind: "commits", words: `from the commits of ${BRANCH}` };
  const { id } = (await s.json("status")).session;
  expect(status.session).toMatchObject({ id, title: "Größe ✓: log in", state: "not resumed", record });
  expect(status.next[0].command).toBe(`session resume ${BRANCH}`);
  expect(await c.ok("brief")).toContain(`session resume ${BRANCH}`);
  expect((await c.json("handoff")).command).toBe(`session resume ${BRANCH}`);
  await c.ok("resume");
  expect((await c.json("status")).warnings).toEqual([]);
  // What was merged into the default branch is over.
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--no-edit", BRANCH);
  expect((await s.json("status")).warnings).toEqual([]);
  expect((await c.json("resume", "@")).from).toBe("local");
});

test("reading a branch without a session creates and checks out nothing", async () => {
  const s = await shared();
  await s.git("push", "--quiet", "origin", "main:plain");
  const c = await clone(s);
  const before = await c.fingerprint();
  const ran = await c.session("resume", "plain");
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("no commit on plain carries a session\nhint: session start plain\n");
  expect((await c.session("resume", "HEAD")).code).toBe(3);
  expect((await c.session("resume", "nowhere")).stderr).toContain('there is no session "nowhere"');
  expect(await c.fingerprint()).toBe(before);
  expect(c.exists(".git/sessions/plain")).toBe(false);
});

test("for a branch on two remotes, one line names both remotes, and git's setting chooses one", async () => {
  const s = await sharedWork();
  const c = await clone(s);
  await c.git("remote", "add", "fork", `file://${s.at("../remote.git").root}`);
  await c.git("fetch", "--quiet", "fork");
  const before = await c.fingerprint();
  for (const command of ["resume", "start"]) {
    const ran = await c.session(command, BRANCH);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/feature\/login is on 2 remotes: \w+\/feature\/login and \w+\/feature\/login/);
  }
  expect(await c.fingerprint()).toBe(before);
  await c.git("config", "checkout.defaultRemote", "fork");
  await c.ok("resume", BRANCH);
  expect(await c.git("rev-parse", "--abbrev-ref", "@{upstream}")).toBe(`fork/${BRANCH}`);
});

test("start takes a remote branch from where it left the default branch, and tracks it", async () => {
  const s = await shared();
  await s.git("switch", "--quiet", "--create", "theirs", "main~1");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "theirs");
  await s.git("push", "--quiet", "origin", "theirs");
  const c = await clone(s);
  await c.ok("start", "theirs");
  expect(await c.git("rev-parse", "--abbrev-ref", "@{upstream}")).toBe("origin/theirs");
  const context = JSON.parse(await c.read(".git/sessions/theirs/context.json"));
  expect(context.base).toEqual({ branch: "main", commit: await s.git("rev-parse", "main~1") });
  await c.ok("start", "own", "--from", "origin/theirs");
  expect((await c.run("git", ["rev-parse", "@{upstream}"])).code).not.toBe(0);
});

test("start, switch and resume refuse the name of a remote's branch, and name the branch", async () => {
  const s = await sharedWork();
  const c = await clone(s);
  for (const [line, hint] of [
    [["start", `origin/${BRANCH}`], `session start ${BRANCH}`],
    [["start", `origin/${BRANCH}`, "--from", "main"], `session start ${BRANCH}`],
    [["start", "origin/main"], "session start <branch> --from origin/main"],
    [["switch", `origin/${BRANCH}`], `session switch ${BRANCH}`],
    [["resume", `origin/${BRANCH}`], `session resume ${BRANCH}`],
  ] as const) {
    const { code, stderr } = await c.session(...line);
    const said = `error: ${line[1]} is a branch of the remote origin, not of this clone\nhint: ${hint}\n`;
    expect({ code, stderr }).toEqual({ code: 2, stderr: said });
  }
  expect(await c.git("branch", "--format=%(refname:short)")).toBe("main");
});

test.each([
  ["branches cut from the checkpoint", async () => {}],
  [
    "branches cut from a later commit",
    async (s: Scratch) => s.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "chore: later"),
  ],
] as const)("a default branch keeps its own session in a copy without a remote: %s", async (_name, later) => {
  const s = await shared();
  await s.ok("start", "main", "-o", "Keep main");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: on main");
  const { id } = (await s.json("status")).session;
  await later(s);
  for (const name of ["one", "two"]) {
    await s.git("switch", "--quiet", "--create", name, "main");
    await s.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", `chore: ${name}`);
  }
  await s.git("switch", "--quiet", "main");
  await s.git("clone", "--quiet", "--mirror", ".", "../copy/.git");
  await s.git("-C", "../copy", "config", "core.bare", "false");
  await s.git("-C", "../copy", "remote", "remove", "origin");
  const c = s.at("../copy");
  await c.git("checkout", "--quiet", "main", "--", ".");
  expect((await c.json("status")).session).toMatchObject({ id, record: { kind: "commits" } });
  expect((await c.json("resume")).session.id).toBe(id);
  const inherited = async (at: Scratch) => {
    await at.git("switch", "--quiet", "one");
    return (await at.json("status")).session.record.kind;
  };
  expect(await inherited(c)).toBe(await inherited(s));
});

test("in a stack every branch has its own session, which begins where the session below ends", async () => {
  const s = await shared();
  await s.ok("start", "lower", "-o", "Below");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: below", "--decision", "Below");
  await s.write("upper.txt", "x\n");
  await s.ok("start", "upper", "-o", "Above");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: by hand");
  await s.ok("checkpoint", "-A", "-m", "feat: above", "--decision", "Above");
  await s.git("push", "--quiet", "origin", "lower", "upper");
  const { id } = (await s.json("status")).session;
  const c = await clone(s);
  await c.ok("resume", "upper");
  const status = await c.json("status");
  expect(status).toMatchObject({ session: { id }, checkpoints: 1, commits: 1, pending: [] });
  expect((await c.json("decisions")).map((each: { text: string }) => each.text)).toEqual(["Above"]);
  expect((await c.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["Above", "Below"]);
  expect((await c.json("brief")).files.map((each: { path: string }) => each.path)).toEqual(["upper.txt"]);
  await c.ok("resume", "lower");
  expect((await c.json("decisions")).map((each: { text: string }) => each.text)).toEqual(["Below"]);
  // A later commit of the branch below, merged in, is not the branch's own either.
  await s.git("switch", "--quiet", "lower");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: more below");
  await s.git("switch", "--quiet", "upper");
  await s.git("merge", "--quiet", "--no-edit", "lower");
  await s.git("push", "--quiet", "origin", "upper");
  await s.git("clone", "--quiet", `file://${s.at("../remote.git").root}`, "../third");
  expect((await s.at("../third").json("resume", "upper")).session.id).toBe(id);
});

test("decisions of squashed and cherry-picked sessions do not belong to the session", async () => {
  const s = await shared();
  await s.ok("start", "other");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: theirs", "--decision", "Theirs");
  const other = (await s.json("status")).session.id;
  await s.git("switch", "--quiet", "main");
  await s.ok("start", BRANCH);
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: ours", "--decision", "Ours");
  const { id } = (await s.json("status")).session;
  const squash = `feat: squashed\n\nDecisions:\n - ${other}/dec-1: Theirs\n - dec-2: Ours too\nSession-Id: ${id}\n`;
  await s.git("commit", "--quiet", "--allow-empty", "-m", squash);
  await s.git("cherry-pick", "--allow-empty", "-x", "other");
  await s.git("push", "--quiet", "origin", BRANCH);
  const c = await clone(s);
  expect((await c.json("resume", BRANCH)).session.id).toBe(id);
  expect(
    (await c.json("decisions")).map((each: { id: string; text: string }) => [each.id, each.text]),
  ).toEqual([
    ["dec-1", "Ours"],
    ["dec-2", "Ours too"],
  ]);
});

test("the base is known from origin alone, and is the nearer of two candidates", async () => {
  const s = await sharedWork();
  const c = await clone(s, `--branch=${BRANCH}`);
  expect(await c.git("branch", "--list", "main")).toBe("");
  await c.ok("resume");
  const fork = await s.git("rev-parse", "main");
  expect(JSON.parse(await c.read(`.git/sessions/${BRANCH}/context.json`)).base).toEqual({
    branch: "main",
    commit: fork,
  });
  expect((await c.json("status")).session.drift).toBe("3 commits ahead of origin/main");
  // A main of this clone that is behind is not where the branch began.
  await c.run("rm", ["-rf", ".git/sessions"]);
  await c.git("branch", "main", "origin/main~1");
  await c.ok("resume");
  expect(JSON.parse(await c.read(`.git/sessions/${BRANCH}/context.json`)).base.commit).toBe(fork);
});

test("a fetched snapshot restores what trailers do not hold, and newer commits are added", async () => {
  const s = await sharedWork();
  await s.ok("note", "only in the snapshot");
  await s.ok("objectives", "add", "Only in the snapshot");
  await s.ok("objectives", "start", "1");
  const { session } = await s.json("end");
  await s.git("push", "--quiet", "origin", "refs/sessions/*:refs/sessions/*");

  const elsewhere = await clone(s);
  await elsewhere.ok("resume", BRANCH);
  await elsewhere.ok("objectives", "complete", "2");
  await elsewhere.ok("checkpoint", "--allow-empty", "-m", "feat: c", "--decision", "Later");
  await elsewhere.git("push", "--quiet");

  await s.git("clone", "--quiet", `file://${s.at("../remote.git").root}`, "../third");
  const c = s.at("../third");
  await c.git("fetch", "--quiet", "origin", "refs/sessions/*:refs/session-remotes/origin/*");
  expect(await c.json("list")).toMatchObject([
    { id: session.id, branch: BRANCH, remote: "origin", where: "snapshot" },
  ]);
  expect(await c.ok("list")).toContain("from origin");
  expect(await c.ok("handoff", session.id)).toContain("only in the snapshot");
  const resumed = await c.json("resume", BRANCH);
  expect(resumed).toMatchObject({ from: "snapshot", session: { id: session.id, state: "active" } });
  expect(resumed.taken).toEqual(["obj-2", "dec-4"]);
  expect(await c.ok("brief")).toContain("only in the snapshot");
  const marks = (await c.json("objectives")).map(
    (each: { id: string; mark: string }) => `${each.id} ${each.mark}`,
  );
  expect(marks).toEqual([
    ...[
      "obj-1 active",
      "obj-2 done",
      "obj-3 done",
      "obj-4 dropped",
      "obj-5 open",
      "obj-6 open",
      "obj-7 open",
    ],
  ]);
  expect((await c.json("status")).pending).toEqual([]);
  // The next snapshot follows the one that came from the remote.
  await c.ok("end");
  expect(await c.git("rev-parse", `refs/sessions/${session.id}^`)).toBe(
    await c.git("rev-parse", `refs/session-remotes/origin/${session.id}`),
  );
  expect((await c.json("list"))[0].where).toBe("kept");
});

test("a snapshot can be resumed in a shallow clone without the session's first commit", async () => {
  const s = await sharedWork();
  await s.ok("decisions", "add", "Pending");
  const { session } = await s.json("end", "--no-handoff");
  await s.git("push", "--quiet", "origin", "refs/sessions/*:refs/sessions/*", BRANCH);
  const c = await clone(s, "--depth=2", `--branch=${BRANCH}`);
  await c.git("fetch", "--quiet", "origin", "refs/sessions/*:refs/sessions/*");
  expect(await c.json("resume")).toMatchObject({ from: "snapshot", taken: [], session: { id: session.id } });
  const status = await c.json("status");
  expect(status.lastCheckpoint.subject).toBe(await s.git("log", "-1", "--format=%s"));
  expect(status.checkpoints).toBeGreaterThan(0);
  expect(status.warnings.join()).not.toContain("rewritten");
  expect((await c.json("decisions")).map((each: { id: string }) => each.id)).toEqual([
    ...["dec-1", "dec-2", "dec-3", "dec-4"],
  ]);
  expect(status.pending).toEqual(["dec-4"]);
  await c.ok("decisions", "add", "Here");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: c");
  expect((await c.json("trailers")).session.decisions).toMatchObject([{ id: "dec-4" }, { id: "dec-5" }]);
});

test("two items that two clones gave the same number are both kept", async () => {
  const s = await sharedWork();
  const c = await clone(s);
  await c.ok("resume", BRANCH);
  await c.ok("objectives", "add", "Theirs");
  await c.ok("decisions", "add", "Theirs");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: theirs");
  await c.git("push", "--quiet");
  await s.ok("objectives", "add", "Ours");
  await s.ok("objectives", "complete", "1");
  await s.ok("decisions", "add", "Ours");
  await s.git("pull", "--quiet", "origin", BRANCH);
  const { stderr } = await s.session("checkpoint", "--allow-empty", "-m", "feat: ours");
  expect(stderr).toContain("updated from checkpoints of another clone: obj-7, dec-4");
  const objectives = (await s.json("objectives")).map((each: { id: string; text: string; mark: string }) => [
    each.id,
    each.text,
    each.mark,
  ]);
  expect(objectives[0]).toEqual(["obj-1", "Open", "done"]);
  expect(objectives.slice(6)).toEqual([
    ["obj-7", "Theirs", "open"],
    ["obj-8", "Ours", "open"],
  ]);
  expect((await s.json("trailers")).session.decisions).toMatchObject([{ id: "dec-5", text: "Ours" }]);
  expect((await s.json("decisions")).map((each: { text: string }) => each.text).sort()).toEqual(
    ["REST", "gRPC ✓", "Keep the old one of another session", "Ours", "Theirs"].sort(),
  );
});

test("a later local change, by command or by hand, wins over a commit", async () => {
  const s = await sharedWork();
  const c = await clone(s);
  await c.ok("resume", BRANCH);
  await c.ok("objectives", "complete", "1", "5");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: theirs");
  await c.git("push", "--quiet");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await s.ok("objectives", "drop", "1");
  const file = `.git/sessions/${BRANCH}/objectives.md`;
  await s.write(file, (await s.read(file)).replace("- [ ] obj-5:", "- [>] obj-5:"));
  await s.git("pull", "--quiet", "origin", BRANCH);
  expect((await s.json("resume")).taken).toEqual([]);
  const marks = (await s.json("objectives")).map((each: { mark: string }) => each.mark);
  expect([marks[0], marks[4]]).toEqual(["dropped", "active"]);
});

test("this clone's own commits, also after a rewrite, never count as another clone's", async () => {
  const s = await sharedWork();
  await s.git("switch", "--quiet", "main");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "main goes on");
  await s.git("switch", "--quiet", BRANCH);
  await s.ok("objectives", "reopen", "3");
  await s.git("rebase", "--quiet", "--keep-empty", "main");
  const file = `.git/sessions/${BRANCH}/objectives.md`;
  await s.write(file, (await s.read(file)).replace("obj-1: Open", "obj-1: Open, reworded"));
  expect((await s.json("status")).warnings.join()).not.toContain("another clone");
  expect((await s.json("resume")).taken).toEqual([]);
  expect((await s.json("objectives")).slice(0, 3)).toMatchObject([
    { text: "Open, reworded", mark: "open" },
    { mark: "active" },
    { mark: "open" },
  ]);
});

test("resume without a name reopens an ended session from its record, not from its commits", async () => {
  const s = await sharedWork();
  await s.ok("note", "kept");
  await s.ok("end");
  expect(await s.json("resume")).toMatchObject({ from: "kept" });
  expect(await s.ok("brief")).toContain("kept");
  await s.ok("end", "--merge-to", "main", "--squash", "--force");
  const ran = await s.session("resume");
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("there is no session to resume\nhint: session start <new-branch>\n");
});

/** A snapshot as somebody else may push it, below the refs of what was fetched. */
async function foreignSnapshot(s: Scratch, id: string, branch: string, context: object): Promise<void> {
  const blob = async (text: string) =>
    (await s.run("git", ["hash-object", "-w", "--stdin"], { input: text })).stdout.trim();
  const files = {
    "context.json": JSON.stringify({ schema: 1, id, ref: `refs/heads/${branch}`, ...context }),
    "events.jsonl":
      '{"at":"never","type":"note","by":7,"text":{}}\n{"at":"2026-01-01","type":"checkpoint","commit":{}}\n',
    "objectives.md": "# Objectives\n\n- [x] obj-1: \u001b[31mTheirs\n",
    "../evil": "x",
  };
  const entries = await Promise.all(
    Object.entries(files).map(
      async ([name, text]) => `100644 blob ${await blob(text)}\t${name.replace("../", "..%2F")}\n`,
    ),
  );
  const tree = (await s.run("git", ["mktree"], { input: entries.sort().join("") })).stdout.trim();
  const message = `Theirs\n\nSession-Id: ${id}\nSession-Branch: ${branch}\nSession-State: ended\n`;
  const commit = (await s.run("git", ["commit-tree", tree, "-F", "-"], { input: message })).stdout.trim();
  await s.git("update-ref", `refs/session-remotes/origin/${id}`, commit);
}

test("a snapshot of another author is treated as data", async () => {
  const s = await shared();
  const id = "k3f9qzm2x7ab";
  await s.git("branch", "theirs");
  const pwn = `${s.root}/pwn`;
  await foreignSnapshot(s, id, "theirs", {
    ...{
      base: { branch: 7, commit: `--output=${pwn}` },
      author: {},
      ended: 3,
      summary: [],
      checkpointed: {},
      tip: [],
    },
    ...{
      coverage: "much",
      tags: [1, "ok"],
      meta: 7,
      notes: [{ text: "no date" }, { text: "ok", added: "2026-01-01" }],
    },
    decisions: [
      { id: "dec-1", text: "Theirs", rationale: 7, alternatives: "x", supersedes: {}, added: [] },
      7,
    ],
    verified: [{ command: "rm -rf /", result: "passed", added: 7, commit: { a: 1 } }],
    ...{ items: { "obj-1": { added: 7, mark: {}, changed: [] } }, committed: { "dec-1": 7 }, last: "many" },
  });
  await s.ok("resume", "theirs");
  for (const command of ["status", "brief", "handoff", "objectives", "decisions", "list", "doctor"]) {
    const ran = await s.session(command);
    expect(ran.code, `${command}: ${ran.stderr}`).toBe(0);
    expect(ran.stdout).not.toContain("\u001b[31m");
  }
  expect((await s.json("decisions"))[0]).toMatchObject({ id: "dec-1", text: "Theirs", alternatives: [] });
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: x");
  expect(s.exists("pwn")).toBe(false);

  // One that says it is of another branch than its record is none.
  await foreignSnapshot(s, "zzzzzzzzzzzz", "main", { ref: "refs/heads/other" });
  const before = await s.fingerprint();
  const ran = await s.session("resume", "zzzzzzzzzzzz");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("does not hold the session zzzzzzzzzzzz");
  expect((await s.session("handoff", "zzzzzzzzzzzz")).code).toBe(1);
  expect(await s.fingerprint()).toBe(before);
});

test("resume works with a remote that is not called origin and another default branch", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("branch", "--quiet", "--move", "main", "trunk");
  await s.git("clone", "--quiet", "--bare", ".", "../server.git");
  const clone = async (name: string) => {
    await s.git("clone", "--quiet", "--origin", "upstream", "../server.git", `../${name}`);
    return s.at(`../${name}`);
  };
  const [a, b] = [await clone("a"), await clone("b")];
  expect((await a.session("start")).code).toBe(2);
  await a.ok("start", BRANCH, "-o", "One");
  await a.write("a.txt", "a\n");
  await a.ok("checkpoint", "-A", "-m", "feat: a", "--decision", "Decided");
  expect((await a.json("status")).session.baseBranch).toBe("trunk");
  await a.git("push", "--quiet", "--set-upstream", "upstream", BRANCH);
  await a.ok("push");
  await b.git("fetch", "--quiet");
  await b.git("switch", "--quiet", "--detach");
  await b.git("branch", "--quiet", "--delete", "trunk");
  await b.ok("resume", BRANCH);
  const status = await b.json("status");
  expect(status.session).toMatchObject({ baseBranch: "trunk", drift: "1 commit ahead of upstream/trunk" });
  expect(status).toMatchObject({ checkpoints: 1, commits: 0 });
});

test("a session that began at develop includes none of develop's work, in the clone and in the original", async () => {
  const s = await fixture("fresh-clone develop", async (repo) => {
    await makeShared(repo);
    await repo.git("switch", "--quiet", "--create", "develop");
    await repo.write("develop.txt", "develop\n");
    await repo.git("add", "--all");
    await repo.git("commit", "--quiet", "-m", "feat: develop");
    await repo.ok("start", BRANCH, "-o", "Mine");
    await repo.write("mine.txt", "mine\n");
    await repo.ok("checkpoint", "-A", "-m", "feat: mine", "--decision", "Mine");
    await repo.git("switch", "--quiet", "--create", "feature/other", "develop");
    await repo.git("push", "--quiet", "origin", "develop", BRANCH, "feature/other");
    await repo.git("switch", "--quiet", BRANCH);
  });
  await s.git("clone", "--quiet", "../remote.git", "../fresh");
  const fresh = s.at("../fresh");
  await fresh.ok("resume", BRANCH);
  const develop = await s.git("rev-parse", "--short=8", "develop");
  for (const clone of [s, fresh]) {
    const { session, checkpoints, commits } = await clone.json("status");
    expect(session).toMatchObject({ baseBranch: "develop", baseCommit: develop });
    expect([checkpoints, commits]).toEqual([1, 0]);
    expect((await clone.json("log")).entries).toMatchObject([{ subject: "feat: mine" }]);
    const text = (await clone.ok("pr")) + (await clone.ok("handoff"));
    expect(text).toContain("mine.txt");
    expect(text).not.toContain("develop.txt");
  }
});
