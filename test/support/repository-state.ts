import { expect } from "vitest";
import type { Ran, Scratch } from "./scratch.ts";

/** The parts of a repository that a command may change: `refs` of git and the user, `snapshots` of sessions. */
type Part = "head" | "refs" | "snapshots" | "index" | "files" | "stash" | "config";
type RepositoryState = Readonly<Record<Part, string>>;

/** Returns the complete state of a repository. Works without a commit, and with names of any bytes. */
export async function repositoryState(s: Scratch): Promise<RepositoryState> {
  const said = async (program: string, ...args: string[]) => (await s.run(program, args)).stdout;
  const [symbolic, commit, refs, index, files, stash, config] = await Promise.all([
    said("git", "symbolic-ref", "--quiet", "HEAD"),
    said("git", "rev-parse", "--quiet", "--verify", "HEAD"),
    said("git", "for-each-ref", "--format=%(refname) %(objectname)"),
    said("git", "ls-files", "-v", "--stage"),
    said(
      "sh",
      "-c",
      "find . -name .git -prune -o -printf '%p %m %y %l\\n' -type f -exec cksum {} + | LC_ALL=C sort",
    ),
    said("git", "stash", "list", "--format=%H"),
    said("git", "config", "--local", "--list"),
  ]);
  const of = (wanted: (ref: string) => boolean) => refs.split("\n").filter(wanted).join("\n");
  return {
    head: symbolic + commit,
    refs: of((ref) => !/^refs\/(sessions\/|stash )/.test(ref)),
    snapshots: of((ref) => ref.startsWith("refs/sessions/")),
    ...{ index, files, stash, config },
  };
}

interface Expected {
  readonly code?: number;
  /** In what it prints, on either stream. */
  readonly says?: RegExp;
  /** Returns everything that the command may change. */
  readonly changes?: readonly Part[];
}

/** Runs a command and checks its exit code and changes. By default it must succeed and change nothing. */
export async function expectRun(s: Scratch, args: readonly string[], expected: Expected = {}): Promise<Ran> {
  const before = await repositoryState(s);
  const ran = await s.session(...args);
  const after = await repositoryState(s);
  const what = `session ${args.join(" ")}\n${ran.stderr}${ran.stdout}`;
  expect(ran.code, what).toBe(expected.code ?? 0);
  if (expected.says) expect(ran.stderr + ran.stdout, what).toMatch(expected.says);
  expect(ran.stderr, what).not.toMatch(/unexpected:|\.js:\d+/);
  const parts = Object.keys(before) as Part[];
  expect(
    parts.filter((part) => before[part] !== after[part]),
    what,
  ).toEqual(parts.filter((part) => (expected.changes ?? []).includes(part)));
  return ran;
}

/** Runs a whole session in any repository, and expects each command to change its own part and nothing else. */
export async function expectWholeSession(
  s: Scratch,
  edit: () => Promise<unknown>,
  branch = "work",
): Promise<string> {
  await expectRun(s, ["status"], { says: /no session/ });
  await expectRun(s, ["brief"]);
  await expectRun(s, ["start", branch, "-o", "One"], { changes: ["head", "refs"] });
  await expectRun(s, ["decisions", "add", "Decided", "--rationale", "because"]);
  await edit();
  await expectRun(s, ["status"], { says: /One/ });
  await expectRun(s, ["brief"], { says: /Decided/ });
  await expectRun(s, ["checkpoint", "-m", "feat: one", "--complete", "1"], {
    changes: ["head", "refs", "index"],
  });
  const commit = await s.git("rev-parse", "HEAD");
  expect(await s.json("decisions", "list", "--all")).toMatchObject([{ text: "Decided", commit }]);
  await expectRun(s, ["handoff"], { says: /Decided/ });
  await expectRun(s, ["end"], { changes: ["snapshots"] });
  await expectRun(s, ["resume", branch]);
  expect(await s.json("objectives")).toMatchObject([{ mark: "done", text: "One" }]);
  await s.git("fsck", "--strict");
  return commit;
}
