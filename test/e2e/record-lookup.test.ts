/** Which record start and resume find, on a default branch, and on a branch without one. */
import { describe, expect, test } from "vitest";
import { BRANCH, cloneOf, plainCommit, pushedSession } from "../support/head-states.ts";
import { connectClient } from "../support/mcp-client.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const objectives = async (s: Scratch) =>
  (await s.json("objectives")).map((each: { mark: string; text: string }) => `${each.mark} ${each.text}`);

test("the brief guesses objectives only if no commit carries a session", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("switch", "--quiet", "--create", "feature/search");
  await plainCommit(s, "feat: search");
  const brief = await s.json("brief");
  expect(brief).toMatchObject({ guessed: true, session: { record: { kind: "guess" } } });
  expect(await s.ok("brief")).toContain("No objectives were recorded; this is a guess");
});

test("a deleted session returns only through restore", async () => {
  const s = await pushedSession();
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

test("resume restores the same record that a fresh clone reads", async () => {
  const c = await cloneOf(await pushedSession());
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

test("in a fresh clone, log, handoff and pr read the same record by @, by the branch, and without a name", async () => {
  const c = await cloneOf(await pushedSession());
  await c.git("switch", "--quiet", BRANCH);
  for (const view of ["log", "handoff", "pr"]) {
    const read = await c.json(view);
    expect(JSON.stringify(read)).toContain(BRANCH);
    for (const name of ["@", BRANCH]) expect(await c.json(view, name), `${view} ${name}`).toEqual(read);
  }
  await c.git("switch", "--quiet", "main");
  const refused = await c.session("log", "main");
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('there is no session "main"')]);
});

test("a session that only commits carry is unknown, with the command that resumes it", async () => {
  const s = await pushedSession();
  await s.ok("start", "feature/logic", "--from", "main");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: logic");
  await s.git("push", "--quiet", "origin", "feature/logic");
  const c = await cloneOf(s);
  await c.ok("resume", "feature/logic");
  for (const [command, name] of [
    ["log", BRANCH],
    ["export", "Login"],
    ["switch", "Login"],
  ] as const) {
    const { code, stderr } = await c.session(command, name);
    expect([code, stderr]).toEqual([
      3,
      `error: there is no session "${name}"\nhint: session resume ${BRANCH}\n`,
    ]);
  }
  await c.git("switch", "--quiet", BRANCH);
  expect((await c.session("fork", "@", "copy")).stderr).toContain(`hint: session resume ${BRANCH}\n`);
});

test("on the default branch, a merged session counts as ended, but a session of its own commits does not", async () => {
  const s = await pushedSession();
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH);
  await s.git("push", "--quiet", "origin", "main", `:${BRANCH}`);
  expect((await s.json("brief")).session.record).toEqual({ kind: "guess" });
  expect((await (await cloneOf(s)).json("brief")).session.record).toEqual({ kind: "guess" });

  await s.ok("start", "main", "-o", "On the trunk");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: trunk");
  await s.git("push", "--quiet", "origin", "main");
  const c = await cloneOf(s, "../second");
  expect((await c.json("brief")).session.record).toEqual({
    kind: "commits",
    words: "from the commits of main",
  });
  await c.ok("start", "main");
  expect(await objectives(c)).toEqual(["open On the trunk"]);
});

test.each<[string, (s: Scratch) => Promise<unknown>]>([
  [
    "by a forge, of one commit",
    async (s) => {
      await s.git("merge", "--quiet", "--squash", BRANCH);
      const message = await s.git("log", "-1", "--format=%B", BRANCH);
      await s.git("commit", "--quiet", "-m", message.replace("\n", " (#12)\n"));
      await s.git("push", "--quiet", "origin", `:${BRANCH}`);
    },
  ],
  [
    "picked",
    async (s) => {
      await s.git("cherry-pick", "-x", BRANCH);
      await s.git("push", "--quiet", "origin", `:${BRANCH}`);
    },
  ],
  ["rebased by a forge, which keeps the branch", (s) => s.git("cherry-pick", BRANCH)],
  ["fast-forward, and the branch is kept", (s) => s.git("merge", "--quiet", BRANCH)],
])(
  "on the default branch, a session with open items that was merged %s does not count as its own",
  async (_how, merge) => {
    const s = await pushedSession();
    await s.git("switch", "--quiet", "main");
    await merge(s);
    await s.git("push", "--quiet", "origin", "main");
    const c = await cloneOf(s);
    expect((await c.json("status")).session.record).toEqual({ kind: "guess" });
    expect((await c.json("status")).next.at(-1).command).toBe("session start <new-branch>");
    // Whoever names it takes it up all the same.
    expect((await c.json("resume", "main")).from).toBe("commits");
  },
);

test("a branch inherits from none of the sessions merged into it, but from the session it was cut from", async () => {
  const s = await pushedSession();
  await s.git("switch", "--quiet", "--create", "develop", "main");
  await s.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH);
  await s.git("push", "--quiet", "origin", "develop");
  expect((await s.json("status")).objectives).toEqual([]);
  const c = await cloneOf(s);
  await c.git("switch", "--quiet", "develop");
  expect((await c.json("status")).objectives).toEqual([]);
  await s.ok("start", "next");
  expect(await objectives(s)).toEqual([]);

  // A later merge of the session into its child takes nothing from the child.
  await s.git("switch", "--quiet", "--create", "child", BRANCH);
  expect((await s.json("status")).objectives).toMatchObject([{ text: "Refresh tokens" }]);
  await plainCommit(s, "feat: child");
  await s.git("switch", "--quiet", BRANCH);
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: more");
  await s.git("switch", "--quiet", "child");
  await s.git("merge", "--quiet", "--no-edit", BRANCH);
  expect((await s.json("status")).objectives).toMatchObject([{ text: "Refresh tokens" }]);
});

test("resume without a name opens the session of the checked-out commits, not the last used session", async () => {
  const s = await pushedSession();
  const { id } = (await s.json("status")).session;
  const taken = async (on: Scratch) => (await on.json("resume")).session.id;
  await s.git("switch", "--quiet", "--create", "child");
  await s.ok("start", "other", "--new", "--from", "main");
  for (const head of [["child"], ["--detach", BRANCH]]) {
    await s.git("switch", "--quiet", ...head);
    expect(await taken(s)).toBe(id);
    expect(await s.git("branch", "--show-current")).toBe(BRANCH);
  }
  const c = await cloneOf(s);
  await c.ok("start", "other", "--from", "main");
  await c.git("switch", "--quiet", "--create", "child", "--no-track", `origin/${BRANCH}`);
  expect(await taken(c)).toBe(id);
  // Where no commit carries one: the one touched last.
  await c.git("switch", "--quiet", "main");
  expect(await taken(c)).toBe(id);
});

describe("start on a branch cut from a session's branch", () => {
  test("inherits its open objectives, open blockers and decisions, and names the source", async () => {
    const s = await pushedSession();
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

  test("also inherits in a fresh clone, and from a detached HEAD", async () => {
    const c = await cloneOf(await pushedSession());
    await c.git("switch", "--quiet", "--create", "child", "--no-track", `origin/${BRANCH}`);
    await c.ok("start", "child");
    expect(await objectives(c)).toEqual(["active Refresh tokens"]);
    await c.git("switch", "--quiet", "--detach", `origin/${BRANCH}`);
    await c.ok("start", "another");
    expect(await objectives(c)).toEqual(["active Refresh tokens"]);
    // The session itself is still resumed.
    await c.ok("resume", BRANCH);
    expect(await objectives(c)).toEqual(["done Parse the header", "active Refresh tokens"]);
  });

  test("starts an empty session with --new", async () => {
    const s = await pushedSession();
    await s.git("switch", "--quiet", "--create", "child");
    await s.ok("start", "--new", "-o", "Fresh");
    expect(await objectives(s)).toEqual(["open Fresh"]);
  });
});

describe("start is enough to continue", () => {
  const whole = ["done Parse the header", "active Refresh tokens"];

  test.each<[string, () => Promise<Scratch>]>([
    [
      "that ended",
      async () => {
        const s = await pushedSession();
        await s.ok("end");
        return s;
      },
    ],
    [
      "in the commits of its branch",
      async () => {
        const c = await cloneOf(await pushedSession());
        await c.git("switch", "--quiet", BRANCH);
        return c;
      },
    ],
    ["on a remote's branch", async () => cloneOf(await pushedSession())],
    [
      "whose branch was renamed",
      async () => {
        const s = await pushedSession();
        await s.git("branch", "-m", BRANCH, "better");
        return s;
      },
    ],
  ])("a session %s", async (_name, make) => {
    const s = await make();
    const branch = (await s.git("branch", "--show-current")).replace("main", BRANCH);
    const id = /Session-Id: (\w+)/.exec(
      await s.git("log", "-1", "--format=%B", "--grep=Session-Id", "--all"),
    )?.[1];
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
    expect(stderr).toContain("continues");
    expect(stderr).toContain("--title was not applied");
    expect(stderr).not.toContain("new branch");
    expect(await s.json("status")).toMatchObject({ recorded: true, session: { id, branch } });
    expect(await objectives(s)).toEqual([...whole, "open More"]);
    const again = await s.session("start", branch);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining(`${branch} already has a session`),
    ]);
  });

  test("in its own worktree, over MCP, and by an agent started in it", async () => {
    const s = await pushedSession();
    const c = await cloneOf(s);
    await c.ok("start", BRANCH, "--worktree", "../linked");
    expect(await objectives(c.at("../linked"))).toEqual(whole);
    const second = await cloneOf(s, "../second");
    const { call } = await connectClient(second);
    const { value } = await call("session_start", { branch: BRANCH, objectives: ["More"] });
    expect(value).toMatchObject({ created: false, branch: BRANCH });
    expect(await objectives(second)).toEqual([...whole, "open More"]);
  });

  test("or it refuses, and starts another session on request", async () => {
    const c = await cloneOf(await pushedSession());
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

  test("and a command without a session hints at it, as status does", async () => {
    const c = await cloneOf(await pushedSession());
    await c.git("switch", "--quiet", BRANCH);
    await c.git("branch", "--quiet", "child");
    for (const command of [
      "checkpoint --allow-empty -m x",
      "note x",
      "objectives add x",
      "end",
      "show",
      "stats",
    ]) {
      const refused = async (...words: string[]) => {
        const ran = await c.session(...command.split(" "));
        expect(ran.code, command).toBe(3);
        for (const each of words) expect(ran.stderr, command).toContain(each);
      };
      await c.git("switch", "--quiet", BRANCH);
      await refused(
        `there is no session on ${BRANCH}: from the commits of ${BRANCH}`,
        `session resume ${BRANCH}`,
      );
      await c.git("switch", "--quiet", "child");
      await refused(`there is no session on child: inherited from ${BRANCH}`, "session start child");
    }
  });

  test("list --remote, list's last line, and completion of resume name sessions on a remote's branches", async () => {
    const s = await pushedSession();
    await s.git("switch", "--quiet", "--create", "on-top");
    await plainCommit(s, "chore: by hand");
    await s.git("push", "--quiet", "origin", "on-top");
    const c = await cloneOf(s);
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
    expect((await c.session("list")).stderr).toContain(
      "1 session on branches of a remote.\nhint: session list --remote\n",
    );
    expect((await c.session("list", "--remote")).stderr).toContain(`hint: session resume ${BRANCH}\n`);
    expect(await c.ok("completion", "words", "resume", "")).toContain(`${BRANCH}\tLogin (on origin)`);
    await c.ok("resume", BRANCH);
    expect(await c.json("list", "--remote")).toEqual([]);
    expect(await c.ok("list")).not.toContain("on branches of a remote");
  });
});

test("on a default branch with merged side branches, the first resume restores everything and the second nothing", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.ok("start", "main", "-o", "First");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: first", "--decision", "One");
  await s.git("push", "--quiet", "origin", "main");
  const c = await cloneOf(s);
  await c.ok("resume", "main");
  await c.ok("objectives", "add", "On the side");
  await c.ok("blockers", "add", "Seen on the side");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: side", "--decision", "Two");
  await c.ok("objectives", "complete", "1");
  await c.ok("checkpoint", "--allow-empty", "-m", "feat: more of the side");
  await c.git("push", "--quiet", "origin", "main:side");
  await plainCommit(s, "chore: by hand");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: on the trunk");
  await s.git("fetch", "--quiet", "origin");
  await s.git("merge", "--quiet", "--no-edit", "--no-ff", "origin/side");
  await s.git("push", "--quiet", "origin", "main", ":side");

  const third = await cloneOf(s, "../third");
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
