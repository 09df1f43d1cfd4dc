import { describe, expect, test } from "vitest";
import { connected } from "../support/mcp.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const BRANCH = "feature/login";

/** A session with an item of every kind, its branch pushed to a bare remote. */
async function worked(): Promise<Scratch> {
  const s = await scratch({ commits: 2 });
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.ok("start", BRANCH, "-o", "Parse the header", "-o", "Refresh tokens");
  await s.ok("objectives", "complete", "1");
  await s.ok("objectives", "start", "2");
  await s.ok("blockers", "add", "Keys of the vendor", "--link", "#42");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret on the client");
  await s.write("src/login.ts", "export {};\n");
  await s.ok("checkpoint", "-A", "-m", "feat: log in");
  await s.git("push", "--quiet", "origin", "main", BRANCH);
  return s;
}

async function cloned(s: Scratch, to = "../clone"): Promise<Scratch> {
  await s.git("clone", "--quiet", `file://${s.at("../remote.git").root}`, to);
  return s.at(to);
}

const plain = (s: Scratch, subject: string) =>
  s.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", subject);

/** A kind of HEAD, the source that views name for its record, and the words of it. */
type Kind = readonly [name: string, kind: string, words: RegExp | undefined, make: () => Promise<Scratch>];

const INHERITED = /^inherited from feature\/login$/;
const FROM_COMMITS = /^from the commits of feature\/login$/;
const ENDED = /^session feature\/login ended less than a minute ago$/;

const KINDS: readonly Kind[] = [
  ["a branch with local state", "local", undefined, worked],
  [
    "a branch whose session ended",
    "ended",
    ENDED,
    async () => {
      const s = await worked();
      await s.ok("end");
      return s;
    },
  ],
  [
    "a branch cut from a session's branch",
    "inherited",
    INHERITED,
    async () => {
      const s = await worked();
      await s.git("switch", "--quiet", "--create", "child");
      await plain(s, "chore: by hand");
      return s;
    },
  ],
  [
    "a branch cut from that of a session that ended",
    "inherited",
    INHERITED,
    async () => {
      const s = await worked();
      await s.ok("end");
      await s.git("switch", "--quiet", "--create", "child");
      return s;
    },
  ],
  [
    "a linked worktree on such a branch",
    "inherited",
    INHERITED,
    async () => {
      const s = await worked();
      await s.git("worktree", "add", "--quiet", "-b", "agent-1", "../tree");
      return s.at("../tree");
    },
  ],
  [
    "a detached HEAD on a session's commit",
    "local",
    /^from the session of feature\/login$/,
    async () => {
      const s = await worked();
      await s.git("switch", "--quiet", "--detach");
      return s;
    },
  ],
  [
    "a detached HEAD after a session's commit, in a linked worktree",
    "local",
    /^from the session of feature\/login$/,
    async () => {
      const s = await worked();
      await s.git("worktree", "add", "--quiet", "--detach", "../tree");
      const tree = s.at("../tree");
      await plain(tree, "chore: by hand");
      return tree;
    },
  ],
  [
    "a detached HEAD on the commit of a session that ended",
    "ended",
    ENDED,
    async () => {
      const s = await worked();
      await s.ok("end");
      await s.git("switch", "--quiet", "--detach");
      return s;
    },
  ],
  [
    "a fresh clone",
    "commits",
    FROM_COMMITS,
    async () => {
      const c = await cloned(await worked());
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a fresh clone in which the branch moved on",
    "commits",
    FROM_COMMITS,
    async () => {
      const c = await cloned(await worked());
      await c.git("switch", "--quiet", BRANCH);
      await plain(c, "chore: by hand");
      return c;
    },
  ],
  [
    "a fresh clone with a branch cut from the remote's",
    "inherited",
    INHERITED,
    async () => {
      const c = await cloned(await worked());
      await c.git("worktree", "add", "--quiet", "--no-track", "-b", "agent-1", "../tree", `origin/${BRANCH}`);
      return c.at("../tree");
    },
  ],
  [
    "a fresh clone with a detached HEAD",
    "commits",
    FROM_COMMITS,
    async () => {
      const c = await cloned(await worked());
      await c.git("switch", "--quiet", "--detach", `origin/${BRANCH}`);
      return c;
    },
  ],
  [
    "a clone that fetched the snapshot of a session that ended",
    "ended",
    ENDED,
    async () => {
      const s = await worked();
      await s.ok("end");
      await s.ok("push", "--all");
      const c = await cloned(s);
      await c.ok("pull");
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a clone that fetched the snapshot of a session that goes on",
    "snapshot",
    /^from the snapshot of feature\/login on origin$/,
    async () => {
      const s = await worked();
      await s.ok("push", BRANCH);
      const c = await cloned(s);
      await c.git("fetch", "--quiet", "origin", "refs/sessions/*:refs/session-remotes/origin/*");
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a branch that was renamed",
    "local",
    /^from the session of feature\/login$/,
    async () => {
      const s = await worked();
      await s.git("branch", "-m", BRANCH, "better");
      return s;
    },
  ],
  [
    "a rebase in progress",
    "local",
    undefined,
    async () => {
      const s = await worked();
      await s.git("switch", "--quiet", "main");
      await s.write("src/login.ts", "other\n");
      await s.git("add", "--all");
      await plain(s, "feat: in the way");
      await s.git("switch", "--quiet", BRANCH);
      await s.run("git", ["rebase", "main"]);
      return s;
    },
  ],
];

/** What every view must hold of the record, and what none may say. */
function holds(text: string, view: string, items: readonly string[]): void {
  for (const item of items) expect(text, `${view}: ${item}`).toContain(item);
  expect(text, view).not.toMatch(/this is a guess|Nobody recorded any/);
}

describe.each(KINDS)("%s", (_name, kind, words, make) => {
  test("has its record in every view, which says where it comes from", async () => {
    const s = await make();
    const before = await s.fingerprint();
    const record = { kind, ...(words === undefined ? {} : { words: expect.stringMatching(words) }) };
    const all = ["Refresh tokens", "Keys of the vendor", "Use PKCE"];
    const line = words === undefined ? /./ : new RegExp(words.source.replace(/[\^$]/g, ""));
    // Markdown puts the name of the branch into a code span.
    const spans = (text: string) => text.replaceAll("`", "");

    const brief = await s.json("brief");
    expect(brief).toMatchObject({ guessed: false, session: { record } });
    expect(brief.blockers).toMatchObject([{ text: "Keys of the vendor", link: "#42" }]);
    expect(brief.decisions).toMatchObject([{ id: "dec-1", text: "Use PKCE", commit: expect.any(String) }]);
    const handoff = await s.json("handoff");
    expect(handoff.session).toMatchObject({ record });
    for (const view of ["brief", "handoff"]) {
      const text = await s.ok(view);
      holds(text, view, all);
      expect(spans(text), view).toMatch(line);
    }

    const status = await s.json("status");
    expect(status).toMatchObject({ recorded: kind === "local" && words === undefined, session: { record } });
    const screen = await s.ok("status");
    holds(screen, "status", all.slice(0, 2));
    expect(screen).toMatch(line);
    if (words !== undefined) expect(await s.ok("status", "--short")).toMatch(line);

    const decisions = await s.session("decisions");
    expect(decisions, "decisions").toMatchObject({ code: 0, stdout: expect.stringContaining("Use PKCE") });
    expect(decisions.stdout + decisions.stderr).toMatch(line);
    expect(await s.json("decisions")).toMatchObject([{ text: "Use PKCE", state: "committed" }]);

    expect((await s.json("log")).record).toMatchObject(record);
    const log = await s.ok("log");
    holds(log, "log", ["feat: log in", "Use PKCE"]);
    expect(log).toMatch(line);

    for (const list of ["objectives", "blockers"]) {
      const ran = await s.session(list);
      expect(ran, list).toMatchObject({ code: 0 });
      expect(ran.stdout + ran.stderr).toMatch(line);
    }

    const { call, client } = await connected(s);
    const told = (await call("session_status")).value;
    expect(told).toMatchObject({
      blockers: ["blk-1: Keys of the vendor #42"],
      ...(words && { record: expect.stringMatching(words) }),
    });
    holds(JSON.stringify(told.objectives), "session_status", ["Refresh tokens"]);
    for (const name of ["session_brief", "session_handoff"]) {
      const answer = await call(name);
      holds(answer.text, name, all);
      expect(spans(answer.text), name).toMatch(line);
    }
    expect((await call("session_decisions", { action: "list" })).value.decisions).toMatchObject([
      { id: "dec-1", text: "Use PKCE" },
    ]);
    expect(JSON.stringify((await call("session_objectives", { action: "list" })).value)).toContain("Refresh");
    expect(JSON.stringify((await call("session_blockers", { action: "list" })).value)).toContain("vendor");
    const resource = await client.readResource({ uri: "session://brief" });
    holds(JSON.stringify(resource), "session://brief", all);

    const hook = await s.run(process.execPath, [CLI, "hook", "claude", "SessionStart"], {
      input: JSON.stringify({ cwd: s.root, session_id: "s", source: "startup" }),
    });
    holds(hook.stdout, "hook", all);
    expect(await s.fingerprint()).toBe(before);
  });
});

const objectives = async (s: Scratch) =>
  (await s.json("objectives")).map((each: { mark: string; text: string }) => `${each.mark} ${each.text}`);

test("no commit carries anything: only then a guess is made", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("switch", "--quiet", "--create", "feature/search");
  await plain(s, "feat: search");
  const brief = await s.json("brief");
  expect(brief).toMatchObject({ guessed: true, session: { record: { kind: "guess" } } });
  expect(await s.ok("brief")).toContain("Nobody recorded any; this is a guess");
});

test("a session that was deleted comes back by restore alone", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  await s.ok("delete", BRANCH, "--force");
  expect((await s.json("brief")).session.record).toEqual({ kind: "guess" });
  await s.git("switch", "--quiet", "--detach");
  expect((await s.json("brief")).session.record).toEqual({ kind: "guess" });
  expect(await s.json("list", "--remote")).toEqual([]);
  await s.git("switch", "--quiet", BRANCH);
  await s.ok("start", BRANCH, "-o", "Other");
  expect(await objectives(s)).toEqual(["open Other"]);
  await s.ok("restore", id);
  expect((await s.json("list")).map((each: { id: string }) => each.id)).toContain(id);
});

test("what a fresh clone reads is what resume brings back", async () => {
  const c = await cloned(await worked());
  await c.git("switch", "--quiet", BRANCH);
  const read = async () => {
    const { objectives, blockers, decisions, work, files } = await c.json("brief");
    expect(work).toHaveLength(1);
    return { objectives, blockers, decisions, work, files };
  };
  const before = await read();
  expect((await c.json("status")).next[0].command).toBe(`session resume ${BRANCH}`);
  await c.ok("resume");
  expect(await read()).toEqual(before);
});

test("on the default branch, what was merged into it is over; what is open on its own line is not", async () => {
  const s = await worked();
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH);
  await s.git("push", "--quiet", "origin", "main", `:${BRANCH}`);
  expect((await s.json("brief")).session.record).toEqual({ kind: "guess" });
  expect((await (await cloned(s)).json("brief")).session.record).toEqual({ kind: "guess" });

  await s.ok("start", "main", "-o", "On the trunk");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: trunk");
  await s.git("push", "--quiet", "origin", "main");
  const c = await cloned(s, "../second");
  expect((await c.json("brief")).session.record).toEqual({
    kind: "commits",
    words: "from the commits of main",
  });
  await c.ok("start", "main");
  expect(await objectives(c)).toEqual(["open On the trunk"]);
});

describe("start on a branch cut from a session's", () => {
  test("inherits its open objectives, open blockers and decisions, and says from where", async () => {
    const s = await worked();
    await s.git("worktree", "add", "--quiet", "-b", "agent-1", "../tree");
    const tree = s.at("../tree");
    const parent = (await s.json("status")).session.id;
    const { next } = await tree.json("brief");
    expect(next[0]).toMatchObject({ command: "session start agent-1" });
    const brief = await tree.json("brief");
    const { stderr } = await tree.session("start", "-o", "Its own");
    expect(stderr).toContain(`inherited from ${BRANCH}: 1 objective, 1 blocker, 1 decision`);
    expect(await objectives(tree)).toEqual(["open Its own", "active Refresh tokens"]);
    const context = JSON.parse(await s.read(".git/sessions/agent-1/context.json"));
    expect(context).toMatchObject({ parent, base: { branch: BRANCH } });
    const after = await tree.json("brief");
    expect(after.decisions).toEqual(brief.decisions);
    expect(after.blockers).toEqual(brief.blockers);
    expect(after.work).toEqual([]);
    // The parent keeps what it has.
    expect(await objectives(s)).toEqual(["done Parse the header", "active Refresh tokens"]);
    await tree.ok("checkpoint", "--allow-empty", "-m", "feat: child");
    expect((await tree.json("trailers")).session.decisions).toEqual([]);
  });

  test("does so in a fresh clone, and from a detached HEAD", async () => {
    const c = await cloned(await worked());
    await c.git("switch", "--quiet", "--create", "child", "--no-track", `origin/${BRANCH}`);
    await c.ok("start", "child");
    expect(await objectives(c)).toEqual(["active Refresh tokens"]);
    await c.git("switch", "--quiet", "--detach", `origin/${BRANCH}`);
    await c.ok("start", "another");
    expect(await objectives(c)).toEqual(["active Refresh tokens"]);
    // The session itself is taken up all the same.
    await c.ok("resume", BRANCH);
    expect(await objectives(c)).toEqual(["done Parse the header", "active Refresh tokens"]);
  });

  test("begins an empty one with --new", async () => {
    const s = await worked();
    await s.git("switch", "--quiet", "--create", "child");
    await s.ok("start", "--new", "-o", "Fresh");
    expect(await objectives(s)).toEqual(["open Fresh"]);
  });
});

describe("there is one way back: start", () => {
  const whole = ["done Parse the header", "active Refresh tokens"];

  test.each<[string, () => Promise<Scratch>]>([
    [
      "that ended",
      async () => {
        const s = await worked();
        await s.ok("end");
        return s;
      },
    ],
    [
      "in the commits of its branch",
      async () => {
        const c = await cloned(await worked());
        await c.git("switch", "--quiet", BRANCH);
        return c;
      },
    ],
    ["on a remote's branch", async () => cloned(await worked())],
    [
      "whose branch was renamed",
      async () => {
        const s = await worked();
        await s.git("branch", "-m", BRANCH, "better");
        return s;
      },
    ],
  ])("takes up a session %s", async (_name, make) => {
    const s = await make();
    const branch = (await s.git("branch", "--show-current")).replace("main", BRANCH);
    const id = /Session-Id: (\w+)/.exec(await s.git("log", "-1", "--format=%B", `--all`))?.[1];
    const { stderr } = await s.session(
      "start",
      branch,
      "-o",
      "Refresh tokens",
      "-o",
      "More",
      "--title",
      "Other",
    );
    expect(stderr).toContain("goes on");
    expect(stderr).toContain("--title was not applied");
    expect(stderr).not.toContain("new branch");
    expect(await s.json("status")).toMatchObject({ recorded: true, session: { id, branch } });
    expect(await objectives(s)).toEqual([...whole, "open More"]);
    const again = await s.session("start", branch);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining(`${branch} has a session already`),
    ]);
  });

  test("in a worktree of its own, over MCP, and by an agent that is run there", async () => {
    const s = await worked();
    const c = await cloned(s);
    await c.ok("start", BRANCH, "--worktree", "../linked");
    expect(await objectives(c.at("../linked"))).toEqual(whole);
    const second = await cloned(s, "../second");
    const { call } = await connected(second);
    const { value } = await call("session_start", { branch: BRANCH, objectives: ["More"] });
    expect(value).toMatchObject({ created: false, branch: BRANCH });
    expect(await objectives(second)).toEqual([...whole, "open More"]);
  });

  test("refuses where it cannot be taken up, and begins another one when asked", async () => {
    const c = await cloned(await worked());
    await c.git("branch", "--quiet", BRANCH, `origin/${BRANCH}`);
    const before = await c.fingerprint();
    const ran = await c.session("start", BRANCH, "--no-switch");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /feature\/login carries a session: Login \(\w{12}\), from the commits of feature\/login/,
    );
    expect(ran.stderr).toContain(`session resume ${BRANCH}`);
    expect(await c.fingerprint()).toBe(before);
    await c.ok("start", BRANCH, "--new", "-o", "Fresh");
    expect(await objectives(c)).toEqual(["open Fresh"]);
  });

  test.each([["checkpoint", "--allow-empty", "-m", "x"], ["note", "x"], ["objectives", "add", "x"], ["end"]])(
    "and `session %s` without a session hints at it as status does",
    async (...args) => {
      const c = await cloned(await worked());
      await c.git("switch", "--quiet", BRANCH);
      const ran = await c.session(...args);
      expect(ran.code).toBe(3);
      expect(ran.stderr).toContain(`there is no session on ${BRANCH}: from the commits of ${BRANCH}`);
      expect(ran.stderr).toContain(`session resume ${BRANCH}`);
      await c.git("switch", "--quiet", "--create", "child");
      const child = await c.session(...args);
      expect(child.stderr).toContain(`there is no session on child: inherited from ${BRANCH}`);
      expect(child.stderr).toContain("session start child");
    },
  );

  test("list --remote, a line of list, and the completion of resume name what a remote's branches carry", async () => {
    const s = await worked();
    await s.git("switch", "--quiet", "--create", "on-top");
    await plain(s, "chore: by hand");
    await s.git("push", "--quiet", "origin", "on-top");
    const c = await cloned(s);
    const remote = await c.json("list", "--remote");
    expect(remote).toMatchObject([
      {
        branch: BRANCH,
        title: "Login",
        where: "remote",
        remote: "origin",
        objectives: { done: 1, total: 2 },
      },
    ]);
    expect(await c.ok("list")).toContain("1 session on branches of a remote: session list --remote");
    expect(await c.ok("list", "--remote")).toContain(`session resume ${BRANCH}`);
    expect(await c.ok("completion", "words", "resume", "")).toContain(`${BRANCH}\tLogin (on origin)`);
    await c.ok("resume", BRANCH);
    expect(await c.json("list", "--remote")).toEqual([]);
    expect(await c.ok("list")).not.toContain("on branches of a remote");
  });
});

test("resume on a default branch with merged side branches: the first brings everything, a second nothing", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.ok("start", "main", "-o", "First");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: first", "--decision", "One");
  await s.git("push", "--quiet", "origin", "main");
  const c = await cloned(s);
  await c.ok("resume", "main");
  await c.ok("objectives", "add", "On the side");
  await c.ok("blockers", "add", "Seen on the side");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: side", "--decision", "Two");
  await c.ok("objectives", "complete", "1");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: more of the side");
  await c.git("push", "--quiet", "origin", "main:side");
  await plain(s, "chore: by hand");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: on the trunk");
  await s.git("fetch", "--quiet", "origin");
  await s.git("merge", "--quiet", "--no-edit", "--no-ff", "origin/side");
  await s.git("push", "--quiet", "origin", "main", ":side");

  const third = await cloned(s, "../third");
  const first = await third.json("resume", "main");
  expect(first).toMatchObject({ from: "commits", taken: [] });
  expect(await objectives(third)).toEqual(["done First", "open On the side"]);
  expect((await third.json("decisions")).map((each: { text: string }) => each.text)).toEqual(["One", "Two"]);
  expect(await third.json("blockers")).toMatchObject([{ text: "Seen on the side" }]);
  const read = async () => {
    const { tip: _tip, ...context } = JSON.parse(await third.read(".git/sessions/main/context.json"));
    return { context, objectives: await third.read(".git/sessions/main/objectives.md") };
  };
  const before = await read();
  expect(await third.json("resume", "main")).toMatchObject({ from: "local", taken: [] });
  expect(await read()).toEqual(before);
});
