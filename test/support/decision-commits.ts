import { expect } from "vitest";
import { fixture, initRepository, type Scratch } from "./scratch.ts";

/** A decision as a view shows it: the commit that carries it, or null while it is pending. */
export interface DecisionCommit {
  readonly id: string;
  readonly commit: string | null;
  readonly found?: string;
  readonly was?: string;
}

export const FILES = ["one.txt", "two.txt", "three.txt"] as const;

/** A session on `work` with three decisions in three checkpoints. */
export async function withThreeDecisions(): Promise<Scratch & { id: string }> {
  const s = await fixture("three", makeThree);
  const { id } = JSON.parse(await s.read(".git/sessions/work/context.json"));
  return { ...s, id };
}

async function makeThree(s: Scratch): Promise<void> {
  await initRepository(s, { commits: 2, session: ["work", "-o", "All three", "--title", "The work"] });
  for (const [at, file] of FILES.entries()) {
    await s.write(file, `${file} of work\n`);
    await s.ok("checkpoint", "-A", "-m", `feat: ${file}`, "--decision", `Decision ${at + 1}`);
  }
}

/**
 * Returns the decisions that `decisions list --all`, `log` and `handoff` show. Expects them to agree, each
 * decision once, with a reachable commit.
 */
export async function decisionCommits(s: Scratch, session: string): Promise<DecisionCommit[]> {
  const [all, log, handoff, refs] = await Promise.all([
    s.json("decisions", "list", "--all"),
    s.json("log", session, "-n", "100"),
    s.json("handoff", session),
    s.git("rev-list", "--exclude=refs/sessions/*", "--all"),
  ]);
  const reachable = new Set(refs.split("\n"));
  const listed: DecisionCommit[] = all
    .map(({ id, commit, found, was }: DecisionCommit) => ({
      id,
      commit,
      ...(found && { found }),
      ...(was && { was }),
    }))
    .sort((one: DecisionCommit, other: DecisionCommit) => one.id.localeCompare(other.id));
  expect(listed.map((each) => each.id)).toEqual([...new Set(listed.map((each) => each.id))]);
  for (const each of listed) if (each.commit !== null) expect(reachable).toContain(each.commit);

  const logged = [
    ...log.pending.map((each: DecisionCommit) => ({ ...each, commit: null })),
    ...log.entries.flatMap((entry: { commit: string; decisions: DecisionCommit[] }) =>
      entry.decisions.map((each) => ({ ...each, commit: entry.commit })),
    ),
  ]
    .map(({ id, commit, found, was }: DecisionCommit) => ({
      id,
      commit,
      ...(found && { found }),
      ...(was && { was }),
    }))
    .sort((one, other) => one.id.localeCompare(other.id));
  expect(logged, "log").toEqual(listed);

  const short = (oid: string | null | undefined) => oid?.slice(0, 8);
  expect(
    handoff.decisions.map((each: DecisionCommit) => [each.id, each.commit, each.found, each.was]),
    "handoff",
  ).toEqual(listed.map((each) => [each.id, short(each.commit), each.found, short(each.was)]));
  return listed;
}

/** Returns the full ids of a range's commits, oldest first. */
export async function commitIds(s: Scratch, ...range: string[]): Promise<string[]> {
  return (await s.git("rev-list", "--reverse", ...range)).split("\n").filter(Boolean);
}
