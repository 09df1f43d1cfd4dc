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
    /^from the session of feature\/login$/,
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
