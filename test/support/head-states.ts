/** Kinds of HEAD, each made from a repository with a session on `feature/login`, pushed to a bare remote. */
import { fixture, initRepository, type Scratch } from "./scratch.ts";

export const BRANCH = "feature/login";

/** A session with an item of every kind, its branch pushed to a bare remote. */
export const pushedSession = () => fixture("worked", work);

async function work(s: Scratch): Promise<void> {
  await initRepository(s, { commits: 2 });
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
}

export async function cloneOf(s: Scratch, to = "../clone"): Promise<Scratch> {
  await s.git("clone", "--quiet", `file://${s.at("../remote.git").root}`, to);
  return s.at(to);
}

export const plainCommit = (s: Scratch, subject: string) =>
  s.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", subject);

/** A kind of HEAD, with the source of its record that views name, and the words for it. */
export type Kind = readonly [
  name: string,
  kind: string,
  words: RegExp | undefined,
  make: (s: Scratch) => Promise<Scratch>,
];

const INHERITED = /^inherited from feature\/login$/;
const FROM_COMMITS = /^from the commits of feature\/login$/;
const ENDED = /^session feature\/login ended (less than a|\d+) minutes? ago$/;

export const KINDS: readonly Kind[] = [
  ["a branch with local state", "local", undefined, async (s) => s],
  [
    "a branch whose session ended",
    "ended",
    ENDED,
    async (s) => {
      await s.ok("end");
      return s;
    },
  ],
  [
    "a branch cut from a session's branch",
    "inherited",
    INHERITED,
    async (s) => {
      await s.git("switch", "--quiet", "--create", "child");
      await plainCommit(s, "chore: by hand");
      return s;
    },
  ],
  [
    "a branch cut from that of a session that ended",
    "inherited",
    INHERITED,
    async (s) => {
      await s.ok("end");
      await s.git("switch", "--quiet", "--create", "child");
      return s;
    },
  ],
  [
    "a linked worktree on such a branch",
    "inherited",
    INHERITED,
    async (s) => {
      await s.git("worktree", "add", "--quiet", "-b", "agent-1", "../tree");
      return s.at("../tree");
    },
  ],
  [
    "a detached HEAD on a session's commit",
    "local",
    /^from the session of feature\/login$/,
    async (s) => {
      await s.git("switch", "--quiet", "--detach");
      return s;
    },
  ],
  [
    "a detached HEAD after a session's commit, in a linked worktree",
    "local",
    /^from the session of feature\/login$/,
    async (s) => {
      await s.git("worktree", "add", "--quiet", "--detach", "../tree");
      const tree = s.at("../tree");
      await plainCommit(tree, "chore: by hand");
      return tree;
    },
  ],
  [
    "a detached HEAD on the commit of a session that ended",
    "ended",
    ENDED,
    async (s) => {
      await s.ok("end");
      await s.git("switch", "--quiet", "--detach");
      return s;
    },
  ],
  [
    "a fresh clone",
    "commits",
    FROM_COMMITS,
    async (s) => {
      const c = await cloneOf(s);
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a fresh clone in which the branch moved on",
    "commits",
    FROM_COMMITS,
    async (s) => {
      const c = await cloneOf(s);
      await c.git("switch", "--quiet", BRANCH);
      await plainCommit(c, "chore: by hand");
      return c;
    },
  ],
  [
    "a fresh clone with a branch cut from the remote's",
    "inherited",
    INHERITED,
    async (s) => {
      const c = await cloneOf(s);
      await c.git("worktree", "add", "--quiet", "--no-track", "-b", "agent-1", "../tree", `origin/${BRANCH}`);
      return c.at("../tree");
    },
  ],
  [
    "a fresh clone with a detached HEAD",
    "commits",
    FROM_COMMITS,
    async (s) => {
      const c = await cloneOf(s);
      await c.git("switch", "--quiet", "--detach", `origin/${BRANCH}`);
      return c;
    },
  ],
  [
    "a clone that fetched the snapshot of a session that ended",
    "ended",
    ENDED,
    async (s) => {
      await s.ok("end");
      await s.ok("push", "--all");
      const c = await cloneOf(s);
      await c.ok("pull");
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a clone that fetched the snapshot of a session that goes on",
    "snapshot",
    /^from the snapshot of feature\/login on origin$/,
    async (s) => {
      await s.ok("push", BRANCH);
      const c = await cloneOf(s);
      await c.git("fetch", "--quiet", "origin", "refs/sessions/*:refs/session-remotes/origin/*");
      await c.git("switch", "--quiet", BRANCH);
      return c;
    },
  ],
  [
    "a branch that was renamed",
    "local",
    /^from the session of feature\/login$/,
    async (s) => {
      await s.git("branch", "-m", BRANCH, "better");
      return s;
    },
  ],
  [
    "a rebase in progress",
    "local",
    undefined,
    async (s) => {
      await s.git("switch", "--quiet", "main");
      await s.write("src/login.ts", "other\n");
      await s.git("add", "--all");
      await plainCommit(s, "feat: in the way");
      await s.git("switch", "--quiet", BRANCH);
      await s.run("git", ["rebase", "main"]);
      return s;
    },
  ],
];
