/** Runs commands, and expects each to change its own part of the repository and nothing else. */
import { expect } from "vitest";
import { type Part, repositoryState } from "./repository-state.ts";
import type { Ran, Scratch } from "./scratch.ts";

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
