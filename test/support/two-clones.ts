/** Two clones of one remote, and the state that must not change when sessions move between them. */
import path from "node:path";
import { bareRemote } from "./git-servers.ts";
import { fixture, initRepository, type Scratch } from "./scratch.ts";

export interface TwoClones {
  /** Here `work` has a session, and its branch is pushed. */
  readonly a: Scratch;
  readonly b: Scratch;
  readonly remote: Scratch;
  readonly id: string;
}

/** A session on `work` in one clone, a second clone beside it, and a bare remote between them. */
export async function twoClones(...start: string[]): Promise<TwoClones> {
  const a = await fixture(`two ${JSON.stringify(start)}`, (s) => makeTwo(s, start));
  const { id } = JSON.parse(await a.read(".git/sessions/work/context.json"));
  return { a, b: a.at("../other"), remote: a.at("../remote.git"), id };
}

async function makeTwo(a: Scratch, start: readonly string[]): Promise<void> {
  await initRepository(a);
  await bareRemote(a);
  await a.git("remote", "add", "origin", "../remote.git");
  await a.git("push", "--quiet", "origin", "main");
  await a.git("branch", "--quiet", "--set-upstream-to=origin/main", "main");
  await a.ok("start", "work", "-o", "One", ...start);
  await a.git("push", "--quiet", "--set-upstream", "origin", "work");
  await a.git("clone", "--quiet", "../remote.git", "../other");
}

export async function currentSessionId(s: Scratch): Promise<string> {
  return (await s.json("status")).session.id;
}

/** Returns the state that a failing command must not change: refs, settings, FETCH_HEAD, session folders, the work tree. */
export async function localState(s: Scratch): Promise<string> {
  const script = `
    git for-each-ref
    for each in config FETCH_HEAD HEAD shallow packed-refs; do echo "-- $each"; cat ".git/$each" 2>/dev/null; done
    find .git/sessions -type f ! -name .lock 2>/dev/null | sort | while read -r each; do echo "-- $each"; cat "$each"; done
    git status --porcelain=v1; git ls-files --stage; git stash list`;
  return (await s.run("sh", ["-c", script])).stdout;
}

/** The bytes of git's own settings of a clone. */
export const gitConfig = (s: Scratch) => s.read(path.join(s.root, ".git/config"));

/** Names of refs, one a line. */
export const refNames = (s: Scratch, ...patterns: string[]) =>
  s.git("for-each-ref", "--format=%(refname)", ...patterns);
